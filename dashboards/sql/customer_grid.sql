-- grain: one row per recency score and frequency score (1 to 5, 5 best) that has contacts
-- owner: reports
SELECT recency_score, frequency_score, count(*) AS contacts,
       quantile_cont(recency_days, 0.5) AS recency_median_days,
       quantile_cont(conversation_count, 0.5) AS conversations_median
FROM lake.marts.customer_profiles
WHERE workspace_id = $workspace_id
  AND last_inbox_id IN (SELECT unnest($inbox_ids))
  AND ($channels IS NULL OR channel IN (SELECT unnest($channels)))
  AND ($languages IS NULL OR language IN (SELECT unnest($languages)))
GROUP BY 1, 2
ORDER BY 1, 2
