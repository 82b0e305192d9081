-- grain: one row per event of the journal in `journal_tail`
-- owner: ingest
-- description: What a provider sent is kept apart, in `landing.deliveries`.
INSERT INTO lake.landing.events
SELECT seq, event_id, workspace_id, key, type, version,
       make_timestamptz(occurred_us), occurred_us, make_timestamptz(recorded_us), recorded_us,
       channel, inbox_id, conversation_id, contact_id, actor_kind, actor_id, cause_id, payload
FROM journal_tail
