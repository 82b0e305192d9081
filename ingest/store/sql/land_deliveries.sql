-- grain: one row per request body in `journal_tail`
-- owner: ingest
INSERT INTO lake.landing.deliveries
SELECT seq, event_id, workspace_id, key, channel, payload ->> '$.connection_id', CAST(payload ->> '$.size' AS BIGINT),
       make_timestamptz(recorded_us), recorded_us, raw
FROM journal_tail
