-- grain: one row per episode: a stretch of a conversation from its opening to its resolution
-- owner: pipelines
-- scope: conversation
-- key: conversation_id, episode_number
-- description: An episode starts with the conversation, or with the first inbound message or reopening after a resolution; it ends at its first resolution.
-- column: workspace_id VARCHAR: The business.
-- column: conversation_id VARCHAR: The conversation.
-- column: episode_number BIGINT: From 1, in order of time.
-- column: opened_us BIGINT: When it started, microseconds since 1970, UTC.
-- column: start_position BIGINT: Place of its start in the conversation.
-- column: end_position BIGINT: Place of the next episode's start, or a number beyond every place.
-- column: opened_by VARCHAR: contact, agent or import.
-- column: resolved_us BIGINT: When it was first resolved, or NULL.
-- column: outcome VARCHAR: As told by that resolution.
-- column: resolved_by VARCHAR: Who resolved it, or NULL.
WITH said AS (
    SELECT event.workspace_id, place.canonical_id AS conversation_id, event.type, event.occurred_us, event.key,
           event.actor_kind, event.actor_id, event.outcome, event.reason
    FROM conversation_events AS event
    JOIN conversations AS place ON place.conversation_id = event.conversation_id
    WHERE place.canonical_id IN (SELECT conversation_id FROM touched)
      AND event.type IN ('conversation.opened', 'conversation.reopened', 'conversation.resolved')
),
message AS (
    SELECT workspace_id, conversation_id, direction, position
    FROM messages
    WHERE is_counted AND conversation_id IN (SELECT conversation_id FROM touched)
),
resolution AS (
    SELECT DISTINCT conversation_id, occurred_us * 8 + 4 AS position FROM said WHERE type = 'conversation.resolved'
),
mark AS (
    SELECT workspace_id, conversation_id,
           occurred_us * 8 + CASE type WHEN 'conversation.opened' THEN 0 WHEN 'conversation.reopened' THEN 1 ELSE 4 END AS position,
           key, type, CASE WHEN reason IN ('import', 'inbound') THEN reason WHEN reason = 'outbound' THEN 'agent' ELSE actor_kind END AS opener,
           outcome, actor_id
    FROM said
    UNION ALL
    SELECT min(workspace_id), conversation_id, min(position), '', 'message',
           CASE WHEN min(position * 2 + CASE WHEN direction = 'inbound' THEN 0 ELSE 1 END) % 2 = 0 THEN 'inbound' ELSE 'outbound' END, NULL, NULL
    FROM message
    GROUP BY conversation_id
    UNION ALL
    SELECT min(message.workspace_id), message.conversation_id, min(message.position), '', 'message', 'inbound', NULL, NULL
    FROM message
    JOIN resolution ON resolution.conversation_id = message.conversation_id AND message.position > resolution.position
    WHERE message.direction = 'inbound'
    GROUP BY message.conversation_id, resolution.position
),
ordered AS (
    SELECT *, lag(type) OVER (PARTITION BY conversation_id ORDER BY position, key, type) AS before
    FROM mark
),
flagged AS (
    SELECT *,
           CASE WHEN before IS NULL OR (before = 'conversation.resolved' AND type <> 'conversation.resolved') THEN 1 ELSE 0 END AS is_start
    FROM ordered
),
numbered AS (
    SELECT *, CAST(sum(is_start) OVER (PARTITION BY conversation_id ORDER BY position, key, type
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS episode_number
    FROM flagged
),
resolved AS (
    SELECT *, row_number() OVER (PARTITION BY conversation_id, episode_number ORDER BY position, key) AS turn
    FROM numbered
    WHERE type = 'conversation.resolved'
),
started AS (
    SELECT workspace_id, conversation_id, episode_number, position AS start_position, type, opener,
           lead(position) OVER (PARTITION BY conversation_id ORDER BY episode_number) AS next_position
    FROM numbered
    WHERE is_start = 1
)
SELECT started.workspace_id, started.conversation_id, started.episode_number,
       CAST(floor(start_position / 8) AS BIGINT) AS opened_us, start_position,
       coalesce(next_position, 9223372036854775807) AS end_position,
       CASE WHEN started.opener = 'import' THEN 'import'
            WHEN started.opener IN ('inbound', 'contact') THEN 'contact'
            ELSE 'agent' END AS opened_by,
       CAST(floor(resolved.position / 8) AS BIGINT) AS resolved_us, resolved.outcome AS outcome, resolved.actor_id AS resolved_by
FROM started
LEFT JOIN resolved ON resolved.conversation_id = started.conversation_id
                  AND resolved.episode_number = started.episode_number AND resolved.turn = 1
