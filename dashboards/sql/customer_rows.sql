-- grain: one row per customer, most lately heard first
-- owner: reports
SELECT customer_id, name, channel, language, first_contact_at, last_contact_at, recency_days, conversation_count,
       inbound_count, outbound_count, days_active, frequency_per_30_days, recency_score, frequency_score,
       preferred_hour, preferred_weekday, response_median_s, wait_median_s, read_rate, order_count
FROM lake.marts.customer_profiles
WHERE workspace_id = $workspace_id
  AND list_contains($inbox_ids, last_inbox_id)
  AND ($channels IS NULL OR list_contains($channels, channel))
  AND ($languages IS NULL OR list_contains($languages, language))
  AND ($recency_score IS NULL OR recency_score = $recency_score)
  AND ($frequency_score IS NULL OR frequency_score = $frequency_score)
ORDER BY last_contact_at DESC, customer_id
LIMIT $limit
