-- grain: one row per event in the lake by which somebody set something about a touched conversation
-- owner: pipelines
SELECT * FROM lake.staging.conversation_events WHERE conversation_id IN (SELECT conversation_id FROM touched)
