-- grain: one row per agent who replied in the range and bucket (day, week or month) of it, empty buckets NULL
-- owner: reports
WITH reply AS (
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
),
buckets AS (
    SELECT DISTINCT CAST(date_trunc($bucket, day) AS DATE) AS bucket
    FROM (SELECT unnest(generate_series(CAST($from_day AS TIMESTAMP), CAST($to_day AS TIMESTAMP), INTERVAL 1 DAY)) AS day)
)
SELECT agent_id, bucket, coalesce(replies, 0) AS replies, reply_median_s
FROM (SELECT DISTINCT agent_id FROM reply)
CROSS JOIN buckets
LEFT JOIN reply USING (agent_id, bucket)
ORDER BY agent_id, bucket
