-- grain: one row per event, landed or still only in the journal
-- owner: ingest
-- description: Request bodies are kept apart, in `landing.deliveries`.
CREATE TEMP VIEW events AS
SELECT * FROM lake.landing.events
UNION ALL
SELECT CAST(seq AS BIGINT) AS seq, event_id, workspace_id, key, type, CAST(version AS INT) AS version,
       make_timestamptz(CAST(occurred_us AS BIGINT)) AS occurred_at, CAST(occurred_us AS BIGINT) AS occurred_us,
       make_timestamptz(CAST(recorded_us AS BIGINT)) AS recorded_at, CAST(recorded_us AS BIGINT) AS recorded_us,
       channel, inbox_id, conversation_id, contact_id, actor_kind, actor_id, cause_id, payload
FROM journal_tail
WHERE CAST(seq AS BIGINT) > (SELECT max(seq) FROM lake.landing.watermark) AND type <> 'delivery.received'
