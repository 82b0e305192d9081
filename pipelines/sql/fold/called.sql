-- grain: one row per conversation id as told, with the number of the conversation it stands for
-- owner: pipelines
SELECT place.conversation_id, conversation_no
FROM place
JOIN conversation ON conversation.conversation_id = place.canonical_id AND NOT is_stray
UNION ALL
SELECT conversation_id, conversation_no FROM conversation WHERE is_stray
