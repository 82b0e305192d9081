-- grain: one row per weekday (1 Monday … 7 Sunday) and hour in which contacts wrote
-- owner: reports
SELECT isodow(day) AS weekday, hour, count(*) AS inbound
FROM lake.marts.fct_message
WHERE workspace_id = $workspace_id
  AND list_contains($inbox_ids, inbox_id)
  AND ($channels IS NULL OR list_contains($channels, channel))
  AND ($agent_ids IS NULL OR episode_id IN (
        SELECT episode_id FROM lake.marts.fct_episode
        WHERE workspace_id = $workspace_id AND list_contains($agent_ids, assignee_id)))
  AND day BETWEEN $from_day AND $to_day
  AND direction = 'inbound'
GROUP BY 1, 2
ORDER BY 1, 2
