-- grain: one row per weekday (1 Monday … 7 Sunday) and hour in which contacts wrote
-- owner: reports
SELECT isodow(day) AS weekday, hour, count(*) AS inbound
FROM lake.marts.fct_message
WHERE workspace_id = $workspace_id
  AND inbox_id IN (SELECT unnest($inbox_ids))
  AND ($channels IS NULL OR channel IN (SELECT unnest($channels)))
  AND ($agent_ids IS NULL OR episode_id IN (
        SELECT episode_id FROM lake.marts.fct_episode
        WHERE workspace_id = $workspace_id AND assignee_id IN (SELECT unnest($agent_ids))))
  AND day BETWEEN $from_day AND $to_day
  AND direction = 'inbound'
GROUP BY 1, 2
ORDER BY 1, 2
