-- grain: one row per event that says something of a message told elsewhere, fresh or known
-- owner: pipelines
-- description: `name` is what the event calls the message: our id, or the provider's reference.
WITH every AS (
    SELECT key, CASE type WHEN 'message.status_reported' THEN status WHEN 'message.edited' THEN 'edited'
                          WHEN 'message.revoked' THEN 'revoked' ELSE type END AS change,
           message_id, message_ref, occurred_us, error_code, CASE WHEN type = 'message.edited' THEN text END AS text,
           will_retry_us IS NULL AS is_final
    FROM said
    WHERE (type LIKE 'message.%' AND type <> 'message.watermark_reported') OR type LIKE 'send.%'
    UNION ALL
    SELECT key, change, message_id, message_ref, occurred_us, error_code, text, is_final FROM known_message_changes WHERE until_us IS NULL
)
SELECT *, coalesce(message_id, message_ref) AS name,
       CASE change WHEN 'send.attempted' THEN 1 WHEN 'send.failed' THEN CASE WHEN is_final THEN 4 ELSE 2 END
                   WHEN 'send.retried' THEN 2 WHEN 'send.unresolved' THEN 3 WHEN 'send.cancelled' THEN 5 WHEN 'send.accepted' THEN 6 END AS outbox_step
FROM every
