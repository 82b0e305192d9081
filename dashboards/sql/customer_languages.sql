-- grain: one row per language contacts write in (NULL: not known yet)
-- owner: reports
SELECT language, count(*) AS contacts
FROM lake.marts.customer_profiles
WHERE workspace_id = $workspace_id
  AND list_contains($inbox_ids, last_inbox_id)
  AND ($channels IS NULL OR list_contains($channels, channel))
GROUP BY 1
ORDER BY contacts DESC, language
