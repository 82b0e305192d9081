-- grain: one row per event by which somebody set something about a conversation
-- owner: pipelines
-- scope: append
-- key: workspace_id, key
-- description: Openings, assignments, snoozes, resolutions and tags, typed, under the conversation id as told.
-- column: workspace_id VARCHAR: The business.
-- column: key VARCHAR: Natural key of the event.
-- column: type VARCHAR: Event type.
-- column: conversation_id VARCHAR: Conversation id as told.
-- column: occurred_us BIGINT: When it happened, microseconds since 1970, UTC.
-- column: actor_kind VARCHAR: Who did it: contact, agent, bot, system or integration.
-- column: actor_id VARCHAR: Which one.
-- column: assignee_id VARCHAR: Who holds the conversation from here on (assignments only).
-- column: outcome VARCHAR: How it ended (resolutions only).
-- column: reason VARCHAR: As told.
-- column: tag VARCHAR: The tag put on or taken off.
-- column: tags VARCHAR[]: Tags at the start (openings only).
WITH told AS (
    SELECT workspace_id, key, type, conversation_id, occurred_us, actor_kind, actor_id,
           from_json(payload, '{"assignee_id": "VARCHAR", "outcome": "VARCHAR", "reason": "VARCHAR", "tag": "VARCHAR",
                                "tags": ["VARCHAR"]}') AS said
    FROM fresh
    WHERE type IN ('conversation.opened', 'conversation.assigned', 'conversation.snoozed', 'conversation.resolved',
                   'conversation.reopened', 'conversation.tagged', 'conversation.untagged')
)
SELECT workspace_id, key, type, conversation_id, occurred_us, actor_kind, actor_id, said.assignee_id AS assignee_id,
       said.outcome AS outcome, said.reason AS reason, said.tag AS tag, said.tags AS tags
FROM told
