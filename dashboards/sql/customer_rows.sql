-- grain: one row per customer whose every door the reader sees, most lately heard first; row_count is how many in all
-- owner: reports
SELECT customer_id, name, channel, language, first_contact_at, last_contact_at, recency_days, conversation_count,
       inbound_count, outbound_count, days_active, frequency_per_30_days, recency_score, frequency_score,
       preferred_hour, preferred_weekday, response_median_s, wait_median_s, read_rate, order_count,
       count(*) OVER () AS row_count
FROM lake.marts.customer_profiles
WHERE workspace_id = $workspace_id
  AND list_has_any(inbox_ids, $inbox_ids)
  AND list_has_all($visible_inbox_ids, inbox_ids)
  AND ($channels IS NULL OR list_contains($channels, channel))
  AND ($languages IS NULL OR list_contains($languages, language))
  AND ($recency_score IS NULL OR recency_score = $recency_score)
  AND ($frequency_score IS NULL OR frequency_score = $frequency_score)
ORDER BY last_contact_at DESC, customer_id
LIMIT $limit
