-- grain: one row per conversation id in the lake that belongs to a touched contact
-- owner: pipelines
SELECT rowid AS lake_row, *
FROM lake.staging.conversations
WHERE contact_id IN (SELECT contact_id FROM touched_contact)
   OR conversation_id IN (SELECT told_conversation_id FROM told UNION SELECT conversation_id FROM said)
