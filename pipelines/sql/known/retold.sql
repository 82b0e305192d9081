-- grain: one row per message known of the touched conversations, as if it were told once more
-- owner: pipelines
-- description: Added to `told`.
SELECT -row_number() OVER (ORDER BY message_id) AS message_no, workspace_id, key, message_id, message_ref,
       coalesce(told_conversation_id, conversation_id) AS told_conversation_id, inbox_id, channel, contact_id,
       direction = 'inbound' AS is_inbound, kind, author_kind, author_id, origin, is_sent_elsewhere, message_us,
       CAST(floor(message_us / 900000000) AS BIGINT) AS quarter, text, language, is_history, CAST(NULL AS JSON) AS identities, FALSE AS is_claimed, is_auto,
       coalesce(told_conversation_id, conversation_id) = message_id AS is_stray
FROM known_fct_message
