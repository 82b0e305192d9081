-- grain: one row per episode: a stretch of a conversation from its opening to its resolution
-- owner: pipelines
-- description: An episode starts with the conversation, or with the first inbound message or reopening after a resolution; it ends at its first resolution. Of one instant, openings come first, then messages, then resolutions.
-- `stretch`: the number of the first of those episodes that only people of the business opened again; who waited in one of them waits on in the next.
WITH resolution AS (
    SELECT DISTINCT conversation_no, occurred_us FROM deed WHERE type = 'conversation.resolved'
),
mark AS (
    SELECT conversation_no, occurred_us * 8 + CASE type WHEN 'conversation.opened' THEN 0 WHEN 'conversation.reopened' THEN 1 ELSE 4 END AS position,
           key, type, CASE WHEN reason IN ('import', 'inbound') THEN reason WHEN reason = 'outbound' THEN 'agent' ELSE actor_kind END AS opener,
           outcome, actor_id, CASE WHEN actor_kind = 'agent' THEN actor_id END AS agent_id
    FROM deed
    WHERE type IN ('conversation.opened', 'conversation.reopened', 'conversation.resolved')
    UNION ALL
    SELECT conversation_no, min(message_us) * 8 + 2, '', 'message',
           CASE WHEN min(message_us * 2 + CASE WHEN is_inbound THEN 0 ELSE 1 END) % 2 = 0 THEN 'inbound' ELSE 'outbound' END, NULL, NULL, NULL
    FROM message
    WHERE is_counted AND (is_asking OR NOT is_inbound)
    GROUP BY conversation_no
    UNION ALL
    SELECT message.conversation_no, min(message_us) * 8 + 2, '', 'message', 'inbound', NULL, NULL, NULL
    FROM message
    JOIN resolution ON resolution.conversation_no = message.conversation_no AND message.message_us > resolution.occurred_us
    WHERE is_asking AND is_counted
    GROUP BY message.conversation_no, resolution.occurred_us
),
ordered AS (
    SELECT *, lag(type) OVER (PARTITION BY conversation_no ORDER BY position, key, type) AS before
    FROM mark
),
flagged AS (
    SELECT *, CASE WHEN before IS NULL OR (before = 'conversation.resolved' AND type <> 'conversation.resolved') THEN 1 ELSE 0 END AS is_start
    FROM ordered
),
numbered AS (
    SELECT *, CAST(sum(is_start) OVER (PARTITION BY conversation_no ORDER BY position, key, type
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS INT) AS episode_number
    FROM flagged
),
resolved AS (
    SELECT *, row_number() OVER (PARTITION BY conversation_no, episode_number ORDER BY position, key) AS turn
    FROM numbered
    WHERE type = 'conversation.resolved'
),
started AS (
    SELECT conversation_no, episode_number, position AS start_position,
           CASE WHEN opener = 'import' THEN 'import' WHEN opener IN ('inbound', 'contact') THEN 'contact' ELSE 'agent' END AS opened_by,
           lead(position) OVER (PARTITION BY conversation_no ORDER BY episode_number) AS next_position
    FROM numbered
    WHERE is_start = 1
)
SELECT started.conversation_no, started.episode_number, CAST(floor(start_position / 8) AS BIGINT) AS opened_us, start_position,
       coalesce(next_position, 9223372036854775807) AS end_position, opened_by,
       max(CASE WHEN started.episode_number = 1 OR opened_by = 'contact' THEN started.episode_number END) OVER (
           PARTITION BY started.conversation_no ORDER BY started.episode_number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch,
       CAST(floor(resolved.position / 8) AS BIGINT) AS resolved_us, resolved.outcome AS outcome, resolved.actor_id AS resolved_by, resolved.agent_id AS resolving_agent_id
FROM started
LEFT JOIN (SELECT conversation_no, episode_number, position, outcome, actor_id, agent_id FROM resolved WHERE turn = 1) AS resolved
       ON resolved.conversation_no = started.conversation_no AND resolved.episode_number = started.episode_number
