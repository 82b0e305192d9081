-- grain: one row per conversation
-- owner: pipelines
-- scope: conversation
-- key: conversation_id
-- description: A contact in an inbox, over all its episodes.
-- column: workspace_id VARCHAR: The business.
-- column: conversation_id VARCHAR: The conversation.
-- column: inbox_id VARCHAR: The inbox.
-- column: channel VARCHAR: The channel.
-- column: contact_id VARCHAR: The contact.
-- column: status VARCHAR: open, snoozed or resolved, by what people last set and what the contact wrote since.
-- column: assignee_id VARCHAR: Who holds it now.
-- column: opened_at TIMESTAMPTZ: When it began.
-- column: opened_us BIGINT: The same, microseconds since 1970, UTC.
-- column: first_message_at TIMESTAMPTZ: First message.
-- column: last_message_at TIMESTAMPTZ: Last message.
-- column: last_message_us BIGINT: The same, microseconds since 1970, UTC.
-- column: resolved_at TIMESTAMPTZ: Last resolution, NULL where there was none.
-- column: outcome VARCHAR: How that ended.
-- column: duration_s DOUBLE: Seconds from its beginning to its last resolution, NULL where either is not known.
-- column: inbound_count BIGINT: Messages of the contact.
-- column: outbound_count BIGINT: Messages to the contact.
-- column: agent_message_count BIGINT: Messages that agents wrote.
-- column: episode_count BIGINT: Episodes.
-- column: reopen_count BIGINT: Episodes after the first.
-- column: first_response_s DOUBLE: Seconds to the first answer in the first episode.
-- column: tags VARCHAR[]: Tags on it now, sorted.
WITH place AS (
    SELECT canonical_id AS conversation_id, min(workspace_id) AS workspace_id, min(inbox_id) AS inbox_id, min(channel) AS channel,
           min(canonical_contact_id) AS contact_id
    FROM conversations
    WHERE canonical_id IN (SELECT conversation_id FROM touched)
    GROUP BY canonical_id
),
spoken AS (
    SELECT conversation_id, min(message_us) AS first_us, max(message_us) AS last_us,
           max(CASE WHEN direction = 'inbound' AND is_counted THEN message_us END) AS last_inbound_us,
           count(CASE WHEN is_counted THEN 1 END) AS counted,
           count(CASE WHEN direction = 'inbound' THEN 1 END) AS inbound_count,
           count(CASE WHEN direction = 'outbound' THEN 1 END) AS outbound_count,
           count(CASE WHEN direction = 'outbound' AND author_kind = 'agent' THEN 1 END) AS agent_message_count
    FROM messages
    WHERE conversation_id IN (SELECT conversation_id FROM touched)
    GROUP BY conversation_id
),
said AS (
    SELECT place.canonical_id AS conversation_id, event.*
    FROM conversation_events AS event
    JOIN conversations AS place ON place.conversation_id = event.conversation_id
    WHERE place.canonical_id IN (SELECT conversation_id FROM touched)
),
assigned AS (
    SELECT conversation_id, assignee_id,
           row_number() OVER (PARTITION BY conversation_id ORDER BY occurred_us DESC, key DESC) AS recency
    FROM said
    WHERE type = 'conversation.assigned'
),
settled AS (
    SELECT conversation_id, type, occurred_us,
           row_number() OVER (PARTITION BY conversation_id ORDER BY occurred_us DESC, key DESC) AS recency
    FROM said
    WHERE type IN ('conversation.opened', 'conversation.reopened', 'conversation.snoozed', 'conversation.resolved')
),
began AS (
    SELECT conversation_id, min(occurred_us) AS began_us FROM said WHERE type = 'conversation.opened' GROUP BY conversation_id
),
resolved AS (
    SELECT conversation_id, outcome, occurred_us,
           row_number() OVER (PARTITION BY conversation_id ORDER BY occurred_us DESC, key DESC) AS recency
    FROM said
    WHERE type = 'conversation.resolved'
),
tagging AS (
    SELECT conversation_id, tag, type <> 'conversation.untagged' AS is_on, occurred_us, key
    FROM said
    WHERE type IN ('conversation.tagged', 'conversation.untagged')
    UNION ALL
    SELECT conversation_id, unnest(tags), TRUE, occurred_us, key FROM said WHERE type = 'conversation.opened'
),
tagged AS (
    SELECT conversation_id, tag, is_on,
           row_number() OVER (PARTITION BY conversation_id, tag ORDER BY occurred_us DESC, is_on DESC, key DESC) AS recency
    FROM tagging
),
labelled AS (
    SELECT conversation_id, list(tag ORDER BY tag) AS tags
    FROM tagged
    WHERE recency = 1 AND is_on
    GROUP BY conversation_id
),
episode AS (
    SELECT conversation_id, min(opened_us) AS opened_us, count(*) AS episode_count,
           min(CASE WHEN episode_number = 1 THEN first_response_s END) AS first_response_s
    FROM fct_episode
    WHERE conversation_id IN (SELECT conversation_id FROM touched)
    GROUP BY conversation_id
)
SELECT place.workspace_id, place.conversation_id, inbox_id, channel, contact_id,
       CASE WHEN settled.type IS NULL THEN CASE WHEN coalesce(counted, 0) = 0 AND first_us IS NOT NULL THEN 'resolved' ELSE 'open' END
            WHEN coalesce(last_inbound_us, -1) > settled.occurred_us THEN 'open'
            WHEN settled.type = 'conversation.resolved' THEN 'resolved'
            WHEN settled.type = 'conversation.snoozed' THEN 'snoozed' ELSE 'open' END AS status,
       assigned.assignee_id AS assignee_id,
       make_timestamptz(coalesce(opened_us, first_us)) AS opened_at, coalesce(opened_us, first_us) AS opened_us,
       make_timestamptz(first_us) AS first_message_at, make_timestamptz(last_us) AS last_message_at, last_us AS last_message_us,
       make_timestamptz(resolved.occurred_us) AS resolved_at, resolved.outcome AS outcome,
       CASE WHEN coalesce(began_us, first_us) IS NOT NULL
            THEN CAST(resolved.occurred_us - coalesce(opened_us, first_us) AS DOUBLE) / 1000000 END AS duration_s,
       coalesce(inbound_count, 0) AS inbound_count, coalesce(outbound_count, 0) AS outbound_count,
       coalesce(agent_message_count, 0) AS agent_message_count,
       coalesce(episode_count, 0) AS episode_count, greatest(coalesce(episode_count, 0) - 1, 0) AS reopen_count,
       first_response_s, coalesce(tags, []) AS tags
FROM place
LEFT JOIN spoken ON spoken.conversation_id = place.conversation_id
LEFT JOIN episode ON episode.conversation_id = place.conversation_id
LEFT JOIN began ON began.conversation_id = place.conversation_id
LEFT JOIN labelled ON labelled.conversation_id = place.conversation_id
LEFT JOIN assigned ON assigned.conversation_id = place.conversation_id AND assigned.recency = 1
LEFT JOIN settled ON settled.conversation_id = place.conversation_id AND settled.recency = 1
LEFT JOIN resolved ON resolved.conversation_id = place.conversation_id AND resolved.recency = 1
