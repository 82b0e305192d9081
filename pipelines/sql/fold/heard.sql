-- grain: one row per conversation with a message
-- owner: pipelines
SELECT conversation_no, min(message_us) AS first_us, max(message_us) AS last_us,
       max(CASE WHEN is_asking AND episode_number IS NOT NULL THEN message_us END) AS last_inbound_us,
       count(CASE WHEN NOT is_history THEN 1 END) AS counted, count(CASE WHEN is_inbound THEN 1 END) AS inbound_count,
       count(CASE WHEN NOT is_inbound AND NOT is_never_sent THEN 1 END) AS outbound_count, count(agent_no) AS agent_message_count
FROM spoken
GROUP BY conversation_no
