-- grain: one row per language contacts write in (NULL: not known yet)
-- owner: reports
SELECT language, count(*) AS contacts
FROM lake.marts.customer_profiles
WHERE workspace_id = $workspace_id
  AND last_inbox_id IN (SELECT unnest($inbox_ids))
  AND ($channels IS NULL OR channel IN (SELECT unnest($channels)))
GROUP BY 1
ORDER BY contacts DESC, language
