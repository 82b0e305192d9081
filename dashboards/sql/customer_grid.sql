-- grain: one row per recency score and frequency score (1 to 5, 5 best) with customers whose every door the reader sees
-- owner: reports
SELECT recency_score, frequency_score, count(*) AS contacts,
       quantile_cont(recency_days, 0.5) AS recency_median_days,
       quantile_cont(conversation_count, 0.5) AS conversations_median
FROM lake.marts.customer_profiles
WHERE workspace_id = $workspace_id
  AND list_has_any(inbox_ids, $inbox_ids)
  AND list_has_all($visible_inbox_ids, inbox_ids)
  AND ($channels IS NULL OR list_contains($channels, channel))
  AND ($languages IS NULL OR list_contains($languages, language))
GROUP BY 1, 2
ORDER BY 1, 2
