-- grain: one row per agent and bucket (day, week or month) in which the agent replied
-- owner: reports
SELECT agent_id, CAST(date_trunc($bucket, day) AS DATE) AS bucket, count(*) AS replies,
       quantile_cont(reply_s, 0.5) AS reply_median_s
FROM lake.marts.fct_response
WHERE workspace_id = $workspace_id
  AND list_contains($inbox_ids, inbox_id)
  AND ($channels IS NULL OR list_contains($channels, channel))
  AND ($agent_ids IS NULL OR list_contains($agent_ids, agent_id))
  AND day BETWEEN $from_day AND $to_day
  AND NOT is_censored
  AND agent_id IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 2
