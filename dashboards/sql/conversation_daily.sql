-- grain: one row per bucket (day, week or month) of the range, empty ones included
-- owner: reports
WITH opened AS (
    SELECT CAST(date_trunc($bucket, opened_day) AS DATE) AS bucket, count(*) AS opened
    FROM lake.marts.fct_episode
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR list_contains($agent_ids, assignee_id))
      AND opened_day BETWEEN $from_day AND $to_day
    GROUP BY 1
),
resolved AS (
    SELECT CAST(date_trunc($bucket, resolved_day) AS DATE) AS bucket, count(*) AS resolved
    FROM lake.marts.fct_episode
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR list_contains($agent_ids, assignee_id))
      AND resolved_day BETWEEN $from_day AND $to_day
    GROUP BY 1
),
buckets AS (
    SELECT DISTINCT CAST(date_trunc($bucket, day) AS DATE) AS bucket
    FROM (SELECT unnest(generate_series(CAST($from_day AS TIMESTAMP), CAST($to_day AS TIMESTAMP), INTERVAL 1 DAY)) AS day)
)
SELECT bucket, coalesce(opened, 0) AS opened, coalesce(resolved, 0) AS resolved
FROM buckets
LEFT JOIN opened USING (bucket)
LEFT JOIN resolved USING (bucket)
ORDER BY bucket
