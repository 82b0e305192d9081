-- grain: one row per bucket (day, week or month) of the range, empty ones included; shift_days moves all days on
-- owner: reports
WITH episode AS (
    SELECT opened_us, resolved_us, opened_day, resolved_day
    FROM lake.marts.fct_episode
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR list_contains($agent_ids, assignee_id))
),
opened AS (
    SELECT CAST(date_trunc($bucket, opened_day + CAST(coalesce($shift_days, 0) AS INT)) AS DATE) AS bucket, count(*) AS opened
    FROM episode
    WHERE opened_day BETWEEN $from_day AND $to_day AND opened_us < coalesce($until_us, 9223372036854775807)
    GROUP BY 1
),
resolved AS (
    SELECT CAST(date_trunc($bucket, resolved_day + CAST(coalesce($shift_days, 0) AS INT)) AS DATE) AS bucket, count(*) AS resolved
    FROM episode
    WHERE resolved_day BETWEEN $from_day AND $to_day AND resolved_us < coalesce($until_us, 9223372036854775807)
    GROUP BY 1
),
day AS (
    SELECT CAST(unnest(generate_series(CAST($from_day AS TIMESTAMP), CAST($to_day AS TIMESTAMP), INTERVAL 1 DAY)) AS DATE)
           + CAST(coalesce($shift_days, 0) AS INT) AS day
),
buckets AS (
    SELECT DISTINCT CAST(date_trunc($bucket, day) AS DATE) AS bucket FROM day
)
SELECT bucket, coalesce(opened, 0) AS opened, coalesce(resolved, 0) AS resolved
FROM buckets
LEFT JOIN opened USING (bucket)
LEFT JOIN resolved USING (bucket)
ORDER BY bucket
