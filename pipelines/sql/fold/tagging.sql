-- grain: one row per time that a tag was put on a conversation or taken off
-- owner: pipelines
SELECT conversation_no, tag, type <> 'conversation.untagged' AS is_on, occurred_us, key
FROM deed
WHERE type IN ('conversation.tagged', 'conversation.untagged')
UNION ALL
SELECT conversation_no, unnest(tags), TRUE, occurred_us, key FROM deed WHERE type = 'conversation.opened'
