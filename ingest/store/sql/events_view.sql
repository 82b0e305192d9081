-- grain: one row per event, landed or still only in the journal
-- owner: ingest
-- key: workspace_id, key
-- description: Everything recorded up to this second; request bodies are kept apart, in `lake.landing.deliveries`.
-- column: seq BIGINT: Place in the journal; what has a higher one was recorded later.
-- column: event_id VARCHAR: The event.
-- column: workspace_id VARCHAR: The business.
-- column: key VARCHAR: Natural key; a second event with it is not recorded.
-- column: type VARCHAR: What happened, by the event catalogue.
-- column: version INTEGER: Version of the payload's shape.
-- column: occurred_at TIMESTAMPTZ: When it was.
-- column: occurred_us BIGINT: The same in microseconds since 1970.
-- column: recorded_at TIMESTAMPTZ: When we knew.
-- column: recorded_us BIGINT: The same in microseconds since 1970.
-- column: channel VARCHAR: The channel, or NULL.
-- column: inbox_id VARCHAR: The inbox, or NULL.
-- column: conversation_id VARCHAR: The conversation, or NULL.
-- column: contact_id VARCHAR: The contact, or NULL.
-- column: actor_kind VARCHAR: Who did it: contact, agent, bot, provider, system or another word.
-- column: actor_id VARCHAR: Which contact or person, or NULL.
-- column: cause_id VARCHAR: The event it follows from, or NULL.
-- column: payload VARCHAR: What the catalogue says of the type, as JSON.
CREATE TEMP VIEW events AS
SELECT * FROM lake.landing.events
UNION ALL
SELECT CAST(seq AS BIGINT) AS seq, event_id, workspace_id, key, type, CAST(version AS INT) AS version,
       make_timestamptz(CAST(occurred_us AS BIGINT)) AS occurred_at, CAST(occurred_us AS BIGINT) AS occurred_us,
       make_timestamptz(CAST(recorded_us AS BIGINT)) AS recorded_at, CAST(recorded_us AS BIGINT) AS recorded_us,
       channel, inbox_id, conversation_id, contact_id, actor_kind, actor_id, cause_id, payload
FROM journal_tail
WHERE CAST(seq AS BIGINT) > (SELECT max(seq) FROM lake.landing.watermark) AND type <> 'delivery.received'
