-- grain: one row per event in the lake that says something of messages of a touched conversation
-- owner: pipelines
WITH change AS (
    SELECT * FROM lake.staging.message_changes
),
name AS (
    SELECT message_id AS name FROM told
    UNION
    SELECT message_ref FROM told WHERE message_ref IS NOT NULL
    UNION
    SELECT message_ref FROM said WHERE type = 'send.accepted' AND message_id IN (SELECT message_id FROM told)
    UNION
    SELECT message_ref FROM change WHERE change = 'send.accepted' AND message_id IN (SELECT message_id FROM told)
)
SELECT * FROM change WHERE coalesce(message_id, message_ref) IN (SELECT name FROM name) OR conversation_id IN (SELECT conversation_id FROM touched)
