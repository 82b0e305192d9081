-- grain: one row per telling of a message that was told earlier, too
-- owner: pipelines
-- description: Most messages are told once; hashes find the few that may not be, without comparing ids.
WITH suspect AS (
    SELECT hash(message_id) AS hashed FROM told GROUP BY hash(message_id) HAVING count(*) > 1
),
telling AS (
    SELECT message_no, row_number() OVER (PARTITION BY message_id ORDER BY message_us, key, message_no) AS place
    FROM told
    WHERE hash(message_id) IN (SELECT hashed FROM suspect)
)
SELECT message_no FROM telling WHERE place > 1
