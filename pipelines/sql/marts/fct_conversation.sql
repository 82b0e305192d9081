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
-- column: first_resolved_at TIMESTAMPTZ: First resolution, NULL where there was none.
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
WITH assigned AS (
    SELECT conversation_no, assignee_id, row_number() OVER (PARTITION BY conversation_no ORDER BY occurred_us DESC, key DESC) AS recency
    FROM deed
    WHERE type = 'conversation.assigned'
),
settled AS (
    SELECT conversation_no, type, occurred_us, row_number() OVER (PARTITION BY conversation_no ORDER BY occurred_us DESC, key DESC) AS recency
    FROM deed
    WHERE type IN ('conversation.opened', 'conversation.reopened', 'conversation.snoozed', 'conversation.resolved')
),
began AS (
    SELECT conversation_no, min(occurred_us) AS began_us FROM deed WHERE type = 'conversation.opened' GROUP BY conversation_no
),
resolved AS (
    SELECT conversation_no, outcome, occurred_us, min(occurred_us) OVER (PARTITION BY conversation_no) AS first_us,
           row_number() OVER (PARTITION BY conversation_no ORDER BY occurred_us DESC, key DESC) AS recency
    FROM deed
    WHERE type = 'conversation.resolved'
),
tagged AS (
    SELECT conversation_no, tag, is_on,
           row_number() OVER (PARTITION BY conversation_no, tag ORDER BY occurred_us DESC, is_on DESC, key DESC) AS recency
    FROM tagging
),
labelled AS (
    SELECT conversation_no, list(tag ORDER BY tag) AS tags FROM tagged WHERE recency = 1 AND is_on GROUP BY conversation_no
),
lived AS (
    SELECT conversation_no, min(opened_us) AS opened_us, count(*) AS episode_count FROM episode GROUP BY conversation_no
)
SELECT conversation.workspace_id, conversation.conversation_id, inbox_id, channel, contact_id,
       CASE WHEN settled.type IS NULL THEN CASE WHEN coalesce(counted, 0) = 0 AND heard.first_us IS NOT NULL THEN 'resolved' ELSE 'open' END
            WHEN coalesce(last_inbound_us, -1) > settled.occurred_us THEN 'open'
            WHEN settled.type = 'conversation.resolved' THEN 'resolved'
            WHEN settled.type = 'conversation.snoozed' THEN 'snoozed' ELSE 'open' END AS status,
       assigned.assignee_id AS assignee_id,
       make_timestamptz(coalesce(opened_us, heard.first_us)) AS opened_at, coalesce(opened_us, heard.first_us) AS opened_us,
       make_timestamptz(heard.first_us) AS first_message_at, make_timestamptz(last_us) AS last_message_at, last_us AS last_message_us,
       make_timestamptz(resolved.first_us) AS first_resolved_at, make_timestamptz(resolved.occurred_us) AS resolved_at, resolved.outcome AS outcome,
       CASE WHEN coalesce(began_us, heard.first_us) IS NOT NULL
            THEN CAST(resolved.occurred_us - coalesce(opened_us, heard.first_us) AS DOUBLE) / 1000000 END AS duration_s,
       coalesce(inbound_count, 0) AS inbound_count, coalesce(outbound_count, 0) AS outbound_count,
       coalesce(agent_message_count, 0) AS agent_message_count,
       coalesce(episode_count, 0) AS episode_count, greatest(coalesce(episode_count, 0) - 1, 0) AS reopen_count,
       wait.reply_s AS first_response_s, coalesce(tags, []) AS tags
FROM conversation
LEFT JOIN heard ON heard.conversation_no = conversation.conversation_no
LEFT JOIN lived ON lived.conversation_no = conversation.conversation_no
LEFT JOIN began ON began.conversation_no = conversation.conversation_no
LEFT JOIN labelled ON labelled.conversation_no = conversation.conversation_no
LEFT JOIN wait ON wait.conversation_no = conversation.conversation_no AND wait.episode_number = 1 AND wait.is_first
LEFT JOIN assigned ON assigned.conversation_no = conversation.conversation_no AND assigned.recency = 1
LEFT JOIN settled ON settled.conversation_no = conversation.conversation_no AND settled.recency = 1
LEFT JOIN resolved ON resolved.conversation_no = conversation.conversation_no AND resolved.recency = 1
WHERE NOT is_stray
