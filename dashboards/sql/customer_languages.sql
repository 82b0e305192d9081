-- grain: one row per language that customers write in (NULL: not known yet), of those whose every door the reader sees
-- owner: reports
SELECT language, count(*) AS contacts
FROM lake.marts.customer_profiles
WHERE workspace_id = $workspace_id
  AND list_has_any(inbox_ids, $inbox_ids)
  AND list_has_all($visible_inbox_ids, inbox_ids)
  AND ($channels IS NULL OR list_contains($channels, channel))
GROUP BY 1
ORDER BY contacts DESC, language
