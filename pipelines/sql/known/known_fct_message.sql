-- grain: one row per message in the lake of a touched conversation
-- owner: pipelines
SELECT rowid AS lake_row, * FROM lake.marts.fct_message WHERE conversation_id IN (SELECT conversation_id FROM touched)
