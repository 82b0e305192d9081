-- grain: one row per thing a filter offers: inboxes seen by the reader, their channels, all agents
-- owner: reports
SELECT 'inbox' AS kind, inbox_id AS id, name
FROM lake.marts.dim_inbox
WHERE workspace_id = $workspace_id AND list_contains($inbox_ids, inbox_id)
UNION ALL
SELECT DISTINCT 'channel', channel, channel
FROM lake.marts.dim_inbox
WHERE workspace_id = $workspace_id AND list_contains($inbox_ids, inbox_id)
UNION ALL
SELECT 'agent', agent_id, name
FROM lake.marts.dim_agent
WHERE workspace_id = $workspace_id
ORDER BY kind, name, id
