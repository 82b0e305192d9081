-- grain: one row per event, landed or still only in the journal
-- owner: ingest
-- description: Request bodies are kept apart, in `landing.deliveries`.
CREATE TEMP VIEW events AS
SELECT * FROM lake.landing.events
UNION ALL
SELECT seq, event_id, workspace_id, key, type, version,
       make_timestamptz(occurred_us) AS occurred_at, occurred_us, make_timestamptz(recorded_us) AS recorded_at, recorded_us,
       channel, inbox_id, conversation_id, contact_id, actor_kind, actor_id, cause_id, payload
FROM journal_tail
WHERE seq > (SELECT max(seq) FROM lake.landing.watermark) AND type <> 'delivery.received'
