-- grain: one row per workspace whose messages in the mart differ in number from those that landing tells of
-- owner: pipelines
-- description: Every message told in landing is one row of fct_message.
WITH told AS (
    SELECT workspace_id, count(DISTINCT payload ->> '$.message_id') AS n
    FROM lake.landing.events
    WHERE type IN ('message.received', 'message.echoed', 'message.requested') AND seq <= (SELECT max(seq) FROM lake.staging.watermark)
    GROUP BY workspace_id
),
derived AS (
    SELECT workspace_id, count(*) AS n FROM lake.marts.fct_message GROUP BY workspace_id
)
SELECT coalesce(told.workspace_id, derived.workspace_id) AS workspace_id, told.n AS told_count, derived.n AS mart_count
FROM told
FULL JOIN derived ON derived.workspace_id = told.workspace_id
WHERE coalesce(told.n, 0) <> coalesce(derived.n, 0)
