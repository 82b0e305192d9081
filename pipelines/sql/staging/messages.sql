-- grain: one row per message
-- owner: pipelines
-- scope: conversation
-- key: message_id
-- description: Messages folded: where they belong today, how far they came, what they say after edits.
-- column: workspace_id VARCHAR: The business.
-- column: message_id VARCHAR: Our id.
-- column: key VARCHAR: Natural key of the event that told it first.
-- column: told_conversation_id VARCHAR: Conversation id as told.
-- column: conversation_id VARCHAR: The conversation it belongs to today.
-- column: inbox_id VARCHAR: The inbox.
-- column: channel VARCHAR: The channel.
-- column: contact_id VARCHAR: The contact on the other side, merged.
-- column: direction VARCHAR: inbound or outbound.
-- column: kind VARCHAR: text, image, audio …
-- column: author_kind VARCHAR: contact, agent, bot, system or integration.
-- column: author_id VARCHAR: Which one.
-- column: origin VARCHAR: How an outbound message came about: typed, suggestion, canned, template, bot, campaign, import, phone_app …
-- column: is_sent_elsewhere BOOLEAN: True where no outbox of ours had to send it.
-- column: message_us BIGINT: When it was written, microseconds since 1970, UTC.
-- column: position BIGINT: Its place in the conversation by time: after openings of the same instant, before resolutions; messages of one instant go by key.
-- column: day DATE: Local day in the workspace's zone.
-- column: hour INT: Local hour, 0 to 23.
-- column: message_ref VARCHAR: What the provider calls it, where that is known.
-- column: text VARCHAR: What it says today.
-- column: language VARCHAR: ISO 639-1 code, or NULL.
-- column: is_history BOOLEAN: True when it was imported from a phone's history.
-- column: is_by_person BOOLEAN: True for what somebody of the business wrote, not a bot.
-- column: is_counted BOOLEAN: False for history and for what was taken back before it was sent: no wait or episode hangs on it.
-- column: delivery_status VARCHAR: Highest rung reached: queued, sending, accepted, sent, delivered, read, played, failed, unresolved, cancelled.
-- column: sent_us BIGINT: First report of sent.
-- column: delivered_us BIGINT: First report of delivered.
-- column: read_us BIGINT: First report of read.
-- column: played_us BIGINT: First report of played.
-- column: failed_us BIGINT: First report of failure.
-- column: error_code VARCHAR: The provider's or our code of a failure.
-- column: edited_us BIGINT: Last edit.
-- column: revoked_us BIGINT: Withdrawal.
WITH parsed AS (
    SELECT workspace_id, key, type, conversation_id, inbox_id, channel, contact_id, actor_kind, actor_id, occurred_us,
           from_json(payload, '{"message_id": "VARCHAR", "message_ref": "VARCHAR", "kind": "VARCHAR", "text": "VARCHAR",
                                "language": "VARCHAR", "origin": "VARCHAR", "source": "VARCHAR", "is_history": "BOOLEAN",
                                "is_import": "BOOLEAN"}') AS said
    FROM fresh
    WHERE type IN ('message.received', 'message.echoed', 'message.requested')
),
told AS (
    SELECT workspace_id, said.message_id AS message_id, key, coalesce(conversation_id, said.message_id) AS told_conversation_id,
           inbox_id, channel, contact_id AS told_contact_id,
           CASE WHEN type = 'message.received' THEN 'inbound' ELSE 'outbound' END AS direction, said.kind AS kind,
           actor_kind AS author_kind, actor_id AS author_id, coalesce(said.origin, said.source) AS origin,
           type <> 'message.requested' OR coalesce(said.origin = 'import', FALSE) OR coalesce(said.is_import, FALSE) AS is_sent_elsewhere,
           occurred_us AS message_us, said.message_ref AS message_ref, said.text AS text, said.language AS language,
           coalesce(said.is_history, FALSE) AS is_history
    FROM parsed
    UNION ALL
    SELECT workspace_id, message_id, key, told_conversation_id, inbox_id, channel, contact_id, direction, kind, author_kind,
           author_id, origin, is_sent_elsewhere, message_us, message_ref, text, language, is_history
    FROM known_messages
),
twice AS (
    SELECT message_id FROM told GROUP BY message_id HAVING count(*) > 1
),
first_told AS (
    SELECT *, row_number() OVER (PARTITION BY message_id ORDER BY message_us, key) AS telling
    FROM told
    WHERE message_id IN (SELECT message_id FROM twice)
),
message AS (
    SELECT *, 1 AS telling FROM told WHERE message_id NOT IN (SELECT message_id FROM twice)
    UNION ALL
    SELECT * FROM first_told WHERE telling = 1
),
accepted AS (
    SELECT message_ref, min(message_id) AS message_id
    FROM lake.staging.message_changes
    WHERE change = 'send.accepted' AND message_id IN (SELECT message_id FROM told)
    GROUP BY message_ref
),
called AS (
    SELECT message_id, message_ref FROM told WHERE message_id NOT IN (SELECT message_id FROM twice)
    UNION ALL
    SELECT message_id, message_ref FROM first_told WHERE telling = 1
),
name AS (
    SELECT message_id AS name, message_id FROM called
    UNION ALL
    SELECT message_ref, message_id
    FROM (SELECT message_ref, message_id FROM accepted UNION SELECT message_ref, message_id FROM called WHERE message_ref <> message_id) AS other
    WHERE message_ref <> message_id
),
step AS (
    SELECT name.message_id, change.message_ref, change, occurred_us, error_code, key, text,
           CASE change WHEN 'send.attempted' THEN 1 WHEN 'send.failed' THEN CASE WHEN is_final THEN 4 ELSE 2 END
                       WHEN 'send.unresolved' THEN 3 WHEN 'send.cancelled' THEN 5 WHEN 'send.accepted' THEN 6 END AS outbox_step
    FROM lake.staging.message_changes AS change
    JOIN name ON name.name = coalesce(change.message_id, change.message_ref)
),
outcome AS (
    SELECT message_id,
           min(CASE WHEN change = 'send.accepted' THEN message_ref END) AS message_ref,
           min(CASE WHEN change = 'sent' THEN occurred_us END) AS sent_us,
           min(CASE WHEN change = 'delivered' THEN occurred_us END) AS delivered_us,
           min(CASE WHEN change = 'read' THEN occurred_us END) AS read_us,
           min(CASE WHEN change = 'played' THEN occurred_us END) AS played_us,
           min(CASE WHEN change = 'failed' OR outbox_step = 4 THEN occurred_us END) AS failed_us,
           max(CASE WHEN change IN ('failed', 'send.failed') THEN error_code END) AS error_code,
           max(CASE WHEN change = 'edited' THEN occurred_us END) AS edited_us,
           min(CASE WHEN change = 'revoked' THEN occurred_us END) AS revoked_us,
           max(CASE WHEN change = 'failed' THEN 1 ELSE 0 END) AS has_failed,
           max(outbox_step + occurred_us * 10) % 10 AS outbox_step,
           max(CASE WHEN outbox_step = 6 THEN 1 ELSE 0 END) AS is_accepted
    FROM step
    GROUP BY message_id
),
edit AS (
    SELECT message_id, text, row_number() OVER (PARTITION BY message_id ORDER BY occurred_us DESC, key DESC) AS recency
    FROM step
    WHERE change = 'edited'
),
placed AS (
    SELECT message.*, coalesce(place.canonical_id, message.told_conversation_id) AS conversation_id,
           coalesce(place.canonical_contact_id, message.told_contact_id) AS contact_id,
           CAST(floor(message_us / 900000000) AS BIGINT) AS quarter
    FROM message
    LEFT JOIN conversations AS place ON place.conversation_id = message.told_conversation_id
),
zoned AS (
    SELECT moment.workspace_id, moment.quarter,
           epoch_us(timezone(coalesce(zone.timezone, 'UTC'), make_timestamptz(moment.quarter * 900000000)))
             - moment.quarter * 900000000 AS offset_us
    FROM (SELECT DISTINCT workspace_id, CAST(floor(message_us / 900000000) AS BIGINT) AS quarter FROM told) AS moment
    LEFT JOIN lake.marts.dim_workspace AS zone ON zone.workspace_id = moment.workspace_id
)
SELECT placed.workspace_id, placed.message_id, placed.key, told_conversation_id, conversation_id, inbox_id, channel, contact_id,
       direction, kind, author_kind, author_id, origin, is_sent_elsewhere, message_us,
       message_us * 8 + 2 AS position,
       DATE '1970-01-01' + CAST(floor((message_us + offset_us) / 86400000000) AS INT) AS day,
       CAST(floor((message_us + offset_us) / 3600000000) % 24 AS INT) AS hour,
       coalesce(placed.message_ref, outcome.message_ref) AS message_ref,
       CASE WHEN edit.message_id IS NULL THEN placed.text ELSE edit.text END AS text, language, is_history,
       direction = 'outbound' AND author_kind IN ('agent', 'integration') AS is_by_person,
       NOT is_history AND NOT (coalesce(outbox_step = 5, FALSE) AND coalesce(is_accepted, 0) = 0) AS is_counted,
       CASE WHEN direction = 'inbound' THEN NULL
            WHEN played_us IS NOT NULL THEN 'played' WHEN read_us IS NOT NULL THEN 'read'
            WHEN delivered_us IS NOT NULL THEN 'delivered' WHEN has_failed = 1 THEN 'failed'
            WHEN sent_us IS NOT NULL THEN 'sent' WHEN is_accepted = 1 THEN 'accepted'
            WHEN outbox_step = 1 THEN 'sending' WHEN outbox_step = 2 THEN 'queued' WHEN outbox_step = 3 THEN 'unresolved'
            WHEN outbox_step = 4 THEN 'failed' WHEN outbox_step = 5 THEN 'cancelled'
            WHEN is_sent_elsewhere THEN 'accepted' ELSE 'queued' END AS delivery_status,
       sent_us, delivered_us, read_us, played_us, failed_us, error_code, edited_us, revoked_us
FROM placed
JOIN zoned ON zoned.workspace_id = placed.workspace_id AND zoned.quarter = placed.quarter
LEFT JOIN outcome ON outcome.message_id = placed.message_id
LEFT JOIN edit ON edit.message_id = placed.message_id AND edit.recency = 1
