-- grain: one row per workspace whose messages in the mart differ in number from those that landing tells of
-- owner: pipelines
-- description: Every message told in landing is one row of fct_message; a reaction is none, nor is a provider's echo of what we sent.
WITH landed AS (
    SELECT workspace_id, type, payload
    FROM lake.landing.events
    WHERE type IN ('message.received', 'message.echoed', 'message.requested', 'send.accepted')
      AND seq <= (SELECT max(seq) FROM lake.staging.watermark)
),
sent AS (
    SELECT payload ->> '$.message_ref' AS message_ref
    FROM landed
    WHERE type IN ('message.requested', 'send.accepted') AND (payload ->> '$.message_ref') <> (payload ->> '$.message_id')
),
told AS (
    SELECT workspace_id, count(DISTINCT payload ->> '$.message_id') AS n
    FROM landed
    WHERE type = 'message.received'
       OR (type IN ('message.echoed', 'message.requested')
           AND (payload NOT LIKE '%"reaction"%' OR (payload ->> '$.kind') IS DISTINCT FROM 'reaction')
           AND (payload ->> '$.message_id') NOT IN (SELECT message_ref FROM sent))
    GROUP BY workspace_id
),
derived AS (
    SELECT workspace_id, count(*) AS n FROM lake.marts.fct_message GROUP BY workspace_id
)
SELECT coalesce(told.workspace_id, derived.workspace_id) AS workspace_id, told.n AS told_count, derived.n AS mart_count
FROM told
FULL JOIN derived ON derived.workspace_id = told.workspace_id
WHERE coalesce(told.n, 0) <> coalesce(derived.n, 0)
