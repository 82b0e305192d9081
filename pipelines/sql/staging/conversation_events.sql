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
SELECT workspace_id, key, type, conversation_id, occurred_us, actor_kind, actor_id, assignee_id, outcome, reason, tag, tags
FROM said
WHERE type IN ('conversation.opened', 'conversation.assigned', 'conversation.snoozed', 'conversation.resolved',
               'conversation.reopened', 'conversation.tagged', 'conversation.untagged')
