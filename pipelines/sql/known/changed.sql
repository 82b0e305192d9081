-- grain: one row per message in the lake that the fresh events speak of again
-- owner: pipelines
WITH name AS (
    SELECT message_id AS name FROM told
    UNION
    SELECT message_id FROM said WHERE message_id IS NOT NULL
    UNION
    SELECT message_ref FROM said WHERE message_ref IS NOT NULL
    UNION
    SELECT message_id
    FROM lake.staging.message_changes
    WHERE change = 'send.accepted' AND message_ref IN (SELECT message_ref FROM said)
)
SELECT conversation_id, contact_id
FROM lake.marts.fct_message
WHERE message_id IN (SELECT name FROM name) OR message_ref IN (SELECT name FROM name)
