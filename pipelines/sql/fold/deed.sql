-- grain: one row per event by which somebody set something about a touched conversation, fresh or known
-- owner: pipelines
WITH every AS (
    SELECT workspace_id, key, type, conversation_id, occurred_us, actor_kind, actor_id, assignee_id, outcome, reason, tag, tags
    FROM said
    WHERE type IN ('conversation.opened', 'conversation.assigned', 'conversation.snoozed', 'conversation.resolved',
                   'conversation.reopened', 'conversation.tagged', 'conversation.untagged')
    UNION ALL
    SELECT workspace_id, key, type, conversation_id, occurred_us, actor_kind, actor_id, assignee_id, outcome, reason, tag, tags
    FROM known_conversation_events
)
SELECT conversation_no, workspace_id, key, type, occurred_us, CAST(floor(occurred_us / 900000000) AS BIGINT) AS quarter,
       actor_kind, actor_id, assignee_id, outcome, reason, tag, tags
FROM every
JOIN called ON called.conversation_id = every.conversation_id
