-- grain: one row per hour of the day, in the workspace's zone, over customers whose every door the reader sees
-- owner: reports
WITH hours AS (
    SELECT unnest(hours_of_day) AS inbound, generate_subscripts(hours_of_day, 1) - 1 AS hour
    FROM lake.marts.customer_profiles
    WHERE workspace_id = $workspace_id
      AND list_has_any(inbox_ids, $inbox_ids)
      AND list_has_all($visible_inbox_ids, inbox_ids)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($languages IS NULL OR list_contains($languages, language))
)
SELECT hour, CAST(sum(inbound) AS BIGINT) AS inbound
FROM hours
GROUP BY hour
ORDER BY hour
