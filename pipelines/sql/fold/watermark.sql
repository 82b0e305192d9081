-- grain: one row per word, fresh or known, that a contact has all of a conversation up to an instant
-- owner: pipelines
-- description: Who has read has received; `is_read` says which.
SELECT conversation_no, until_us, occurred_us, change = 'read_until' AS is_read
FROM (
    SELECT conversation_id, status || '_until' AS change, until_us, occurred_us FROM said WHERE type = 'message.watermark_reported'
    UNION ALL
    SELECT conversation_id, change, until_us, occurred_us FROM known_message_changes WHERE until_us IS NOT NULL
) AS told
JOIN called ON called.conversation_id = told.conversation_id
