-- grain: one row per conversation there is
-- owner: pipelines
SELECT DISTINCT canonical_id AS conversation_id
FROM lake.staging.conversations
UNION
SELECT coalesce(payload ->> '$.message_id', '') FROM fresh WHERE conversation_id IS NULL AND type LIKE 'message.%'
