-- grain: one row per conversation, as it is or was called, that is derived anew
-- owner: pipelines
SELECT conversation_id FROM known_conversations
UNION
SELECT canonical_id FROM known_conversations
UNION
SELECT told_conversation_id FROM told
UNION
SELECT conversation_id FROM said WHERE conversation_id IS NOT NULL
UNION
SELECT conversation_id FROM changed
