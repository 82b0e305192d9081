-- grain: one row per telling of a message that was told earlier, too
-- owner: pipelines
-- description: Most messages are told once; hashes find the few that may not be, without comparing ids. What a provider
-- echoed of our own sending is told twice, under its reference; ours stays. What a message says wins over what stood for it.
WITH suspect AS (
    SELECT hash(message_id) AS hashed FROM told GROUP BY hash(message_id) HAVING count(*) > 1
),
telling AS (
    SELECT message_no, row_number() OVER (PARTITION BY message_id
                                      ORDER BY CASE WHEN kind = 'placeholder' THEN 1 ELSE 0 END, message_us, key, message_no) AS place
    FROM told
    WHERE hash(message_id) IN (SELECT hashed FROM suspect)
)
SELECT message_no FROM telling WHERE place > 1
UNION
SELECT message_no
FROM told
WHERE is_sent_elsewhere AND NOT is_inbound
  AND message_id IN (SELECT message_ref FROM told WHERE message_ref IS NOT NULL
                     UNION ALL SELECT message_ref FROM said WHERE type = 'send.accepted')
