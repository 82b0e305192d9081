-- grain: one row per agent who wrote something
-- owner: pipelines
-- description: `agent_no` stands for the agent within a run.
SELECT CAST(row_number() OVER () AS INT) AS agent_no, author_id AS agent_id
FROM (SELECT author_id FROM told WHERE author_kind = 'agent' AND NOT is_inbound AND author_id IS NOT NULL GROUP BY author_id)
