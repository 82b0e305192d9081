-- grain: one row: what was resolved in the range, counted as events, as conversations and as contacts
-- owner: reports
SELECT count(*) AS resolved,
       count(DISTINCT conversation_id) AS resolved_conversations,
       count(DISTINCT contact_id) AS resolved_contacts
FROM lake.marts.fct_episode
WHERE workspace_id = $workspace_id
  AND list_contains($inbox_ids, inbox_id)
  AND ($channels IS NULL OR list_contains($channels, channel))
  AND ($agent_ids IS NULL OR list_contains($agent_ids, assignee_id))
  AND resolved_day BETWEEN $from_day AND $to_day
  AND resolved_us < coalesce($until_us, 9223372036854775807)
