-- grain: one row per message that something was said of after it was told
-- owner: pipelines
-- description: `handed_us`: when a provider that took a message of our outbox was given it.
WITH accepted AS (
    SELECT DISTINCT told.message_no, change.message_ref
    FROM told
    JOIN change ON change.message_id = told.message_id
    WHERE change.change = 'send.accepted' AND change.message_ref <> told.message_id
      AND change.message_ref IS DISTINCT FROM told.message_ref
),
step AS (
    SELECT told.message_no, change.* FROM told JOIN change ON change.name = told.message_id
    UNION ALL
    SELECT told.message_no, change.* FROM told JOIN change ON change.name = told.message_ref
    UNION ALL
    SELECT accepted.message_no, change.* FROM change JOIN accepted ON accepted.message_ref = change.name
),
folded AS (
    SELECT message_no,
           min(CASE WHEN change = 'send.accepted' THEN message_ref END) AS message_ref,
           min(CASE WHEN change = 'sent' THEN occurred_us END) AS sent_us,
           min(CASE WHEN change = 'delivered' THEN occurred_us END) AS delivered_us,
           min(CASE WHEN change = 'read' THEN occurred_us END) AS read_us,
           min(CASE WHEN change = 'played' THEN occurred_us END) AS played_us,
           min(CASE WHEN change = 'failed' OR outbox_step = 4 THEN occurred_us END) AS failed_us,
           max(CASE WHEN change = 'send.attempted' THEN occurred_us END) AS attempted_us,
           max(CASE WHEN change IN ('failed', 'send.failed') THEN error_code END) AS error_code,
           coalesce(bool_or(change = 'revoked'), FALSE) AS is_revoked,
           max(outbox_step + occurred_us * 10) % 10 AS outbox_step, coalesce(bool_or(outbox_step = 6), FALSE) AS is_accepted
    FROM step
    GROUP BY message_no
),
-- Of a message that was sent again, every try must have failed: each was accepted under a name of its own.
failure AS (
    SELECT message_no
    FROM step
    WHERE message_no IN (SELECT message_no FROM step WHERE change = 'failed')
    GROUP BY message_no
    HAVING count(DISTINCT CASE WHEN change = 'failed' THEN coalesce(message_ref, message_id) END)
           >= count(DISTINCT CASE WHEN change = 'send.accepted' THEN message_ref END)
),
edit AS (
    SELECT message_no, text, row_number() OVER (PARTITION BY message_no ORDER BY occurred_us DESC, key DESC) AS recency
    FROM step
    WHERE change = 'edited'
)
SELECT folded.message_no, message_ref, delivered_us, read_us, failed_us, error_code, edit.message_no IS NOT NULL AS is_edited,
       edit.text AS edited_text, is_revoked,
       coalesce(outbox_step IN (4, 5), FALSE) AND NOT is_accepted AND failure.message_no IS NULL
       AND coalesce(sent_us, delivered_us, read_us, played_us) IS NULL AS is_never_sent,
       CASE WHEN is_accepted OR (outbox_step = 3 AND coalesce(sent_us, delivered_us, read_us, played_us) IS NOT NULL) THEN attempted_us END AS handed_us,
       CASE WHEN played_us IS NOT NULL THEN 'played' WHEN read_us IS NOT NULL THEN 'read'
            WHEN delivered_us IS NOT NULL THEN 'delivered' WHEN failure.message_no IS NOT NULL THEN 'failed'
            WHEN sent_us IS NOT NULL THEN 'sent' WHEN is_accepted THEN 'accepted'
            WHEN outbox_step = 1 THEN 'sending' WHEN outbox_step = 2 THEN 'queued' WHEN outbox_step = 3 THEN 'unresolved'
            WHEN outbox_step = 4 THEN 'failed' WHEN outbox_step = 5 THEN 'cancelled' END AS delivery_status
FROM folded
LEFT JOIN edit ON edit.message_no = folded.message_no AND edit.recency = 1
LEFT JOIN failure ON failure.message_no = folded.message_no
