-- grain: one row per message of ours that a watermark covers, as `outcome` has to tell of it
-- owner: pipelines
-- description: Takes the place of its row in `outcome`, if it has one. Raised is what a provider took and told no failure of.
WITH ours AS (
    SELECT message_no, message_us, is_sent_elsewhere, place.conversation_no
    FROM told
    JOIN (SELECT conversation_id, conversation_no FROM called WHERE conversation_no IN (SELECT conversation_no FROM watermark)) AS place
      ON place.conversation_id = told.told_conversation_id
    WHERE NOT is_inbound
),
handed AS (
    SELECT ours.message_no, conversation_no, CASE WHEN is_sent_elsewhere THEN message_us ELSE handed_us END AS sent_us,
           message_ref, delivered_us, read_us, failed_us, error_code, is_edited, edited_text, is_revoked, is_never_sent, handed_us, delivery_status
    FROM outcome
    RIGHT JOIN ours ON ours.message_no = outcome.message_no
    WHERE delivery_status IS DISTINCT FROM 'failed'
),
line AS (
    SELECT conversation_no, until_us AS position_us, CAST(NULL AS BIGINT) AS message_no, occurred_us AS received_us,
           CASE WHEN is_read THEN occurred_us END AS seen_us
    FROM watermark
    UNION ALL
    SELECT conversation_no, sent_us, message_no, NULL, NULL FROM handed WHERE sent_us IS NOT NULL
),
-- From the latest instant back: the first word of all that speak of this moment or a later one.
reached AS (
    SELECT message_no, min(received_us) OVER later AS received_us, min(seen_us) OVER later AS seen_us
    FROM line
    WINDOW later AS (PARTITION BY conversation_no ORDER BY position_us DESC, message_no NULLS FIRST
                     ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
SELECT handed.message_no, message_ref, least(delivered_us, received_us) AS delivered_us, least(read_us, seen_us) AS read_us, failed_us, error_code,
       is_edited, edited_text, is_revoked, is_never_sent, handed_us,
       CASE WHEN delivery_status IN ('read', 'played') THEN delivery_status WHEN seen_us IS NOT NULL THEN 'read' ELSE 'delivered' END AS delivery_status
FROM handed
JOIN reached ON reached.message_no = handed.message_no
WHERE received_us IS NOT NULL
