-- grain: one row per event that says something of messages told elsewhere: a status, a step of the outbox, an edit, a withdrawal
-- owner: pipelines
-- scope: append
-- key: workspace_id, key
-- description: What became of messages, as recorded; folded into `staging.messages`.
-- column: workspace_id VARCHAR: The business.
-- column: key VARCHAR: Natural key of the event.
-- column: change VARCHAR: A provider's status (sent, delivered, read, played, failed), `delivered_until`, `read_until`, `edited`, `revoked`, or the type of the outbox event.
-- column: message_id VARCHAR: The message, where the event knows our id.
-- column: message_ref VARCHAR: The message, where the event knows what the provider calls it.
-- column: occurred_us BIGINT: When it happened, microseconds since 1970, UTC.
-- column: error_code VARCHAR: Code of the first error said, or NULL.
-- column: text VARCHAR: New text of an edit.
-- column: is_final BOOLEAN: False for a failure that will be tried again.
-- column: conversation_id VARCHAR: Conversation id as told, where all of its messages up to an instant are meant (`…_until`).
-- column: until_us BIGINT: That instant, microseconds since 1970, UTC.
SELECT workspace_id, key,
       CASE type WHEN 'message.status_reported' THEN status WHEN 'message.watermark_reported' THEN status || '_until' WHEN 'message.edited' THEN 'edited'
                 WHEN 'message.revoked' THEN 'revoked' ELSE type END AS change,
       message_id, message_ref, occurred_us, error_code, CASE WHEN type = 'message.edited' THEN text END AS text,
       will_retry_us IS NULL AS is_final, CASE WHEN type = 'message.watermark_reported' THEN conversation_id END AS conversation_id, until_us
FROM said
WHERE type LIKE 'message.%' OR type LIKE 'send.%'
