-- grain: one row per request body in `journal_tail`
-- owner: ingest
-- column: seq BIGINT: Place in the journal.
-- column: event_id VARCHAR: Its `delivery.received`.
-- column: workspace_id VARCHAR: The business.
-- column: key VARCHAR: Natural key; a second delivery with it is not recorded.
-- column: channel VARCHAR: The channel.
-- column: connection_id VARCHAR: Through which connection it came.
-- column: size BIGINT: Bytes before compression.
-- column: recorded_at TIMESTAMPTZ: When it came.
-- column: recorded_us BIGINT: The same in microseconds since 1970.
-- column: raw BLOB: The request body, zstd.
INSERT INTO lake.landing.deliveries
SELECT CAST(seq AS BIGINT), event_id, workspace_id, key, channel, payload ->> '$.connection_id', CAST(payload ->> '$.size' AS BIGINT),
       make_timestamptz(CAST(recorded_us AS BIGINT)), CAST(recorded_us AS BIGINT), unhex(raw)
FROM journal_tail
