-- grain: one row per request body in `journal_tail`
-- owner: ingest
INSERT INTO lake.landing.deliveries
SELECT CAST(seq AS BIGINT), event_id, workspace_id, key, channel, payload ->> '$.connection_id', CAST(payload ->> '$.size' AS BIGINT),
       make_timestamptz(CAST(recorded_us AS BIGINT)), CAST(recorded_us AS BIGINT), unhex(raw)
FROM journal_tail
