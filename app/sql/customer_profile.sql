-- grain: one row, the profile of one customer
-- owner: app
SELECT channel, language, conversation_count, inbound_count, outbound_count, order_count, recency_days, preferred_hour,
       wait_median_s, response_median_s, read_rate
FROM lake.marts.customer_profiles
WHERE workspace_id = ? AND customer_id = ?
