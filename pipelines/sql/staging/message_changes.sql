-- grain: one row per event that says something of a message told elsewhere: a status, a step of the outbox, an edit, a withdrawal
-- owner: pipelines
-- scope: append
-- key: workspace_id, key
-- description: What became of messages, as recorded; folded into `staging.messages`.
-- column: workspace_id VARCHAR: The business.
-- column: key VARCHAR: Natural key of the event.
-- column: change VARCHAR: A provider's status (sent, delivered, read, played, failed), `edited`, `revoked`, or the type of the outbox event.
-- column: message_id VARCHAR: The message, where the event knows our id.
-- column: message_ref VARCHAR: The message, where the event knows what the provider calls it.
-- column: occurred_us BIGINT: When it happened, microseconds since 1970, UTC.
-- column: error_code VARCHAR: Code of the first error said, or NULL.
-- column: text VARCHAR: New text of an edit.
-- column: is_final BOOLEAN: False for a failure that will be tried again.
WITH told AS (
    SELECT workspace_id, key, type, occurred_us,
           from_json(payload, '{"message_id": "VARCHAR", "message_ref": "VARCHAR", "status": "VARCHAR", "text": "VARCHAR",
                                "code": "VARCHAR", "errors": [{"code": "VARCHAR"}], "will_retry_us": "BIGINT"}') AS said
    FROM fresh
    WHERE type IN ('message.status_reported', 'message.edited', 'message.revoked', 'send.attempted', 'send.accepted',
                   'send.failed', 'send.unresolved', 'send.cancelled')
)
SELECT workspace_id, key,
       CASE type WHEN 'message.status_reported' THEN said.status WHEN 'message.edited' THEN 'edited'
                 WHEN 'message.revoked' THEN 'revoked' ELSE type END AS change,
       said.message_id AS message_id, said.message_ref AS message_ref, occurred_us,
       coalesce(said.code, said.errors[1].code) AS error_code,
       CASE WHEN type = 'message.edited' THEN said.text END AS text,
       said.will_retry_us IS NULL AS is_final
FROM told
