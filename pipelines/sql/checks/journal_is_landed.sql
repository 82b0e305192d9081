-- grain: one row per kind of row whose number in the journal up to the watermark differs from landing
-- owner: pipelines
-- description: Every event of the journal is in the lake exactly once.
WITH landed AS (
    SELECT (SELECT count(*) FROM lake.landing.events) + (SELECT count(*) FROM lake.landing.deliveries) AS n
)
SELECT journal.n AS journal_count, landed.n AS landed_count
FROM journal_count AS journal
CROSS JOIN landed
WHERE journal.n <> landed.n
