-- grain: one row per workspace whose messages in the mart differ in number from those that landing tells of
-- owner: pipelines
-- description: Every message told in landing is one row of fct_message; a reaction is none, nor is a provider's echo of what we sent.
WITH spoken AS (
    SELECT workspace_id, type, payload ->> '$.message_id' AS message_id, payload ->> '$.message_ref' AS message_ref, payload ->> '$.kind' AS kind
    FROM lake.landing.events
    WHERE type IN ('message.received', 'message.echoed', 'message.requested', 'send.accepted')
      AND seq <= (SELECT max(seq) FROM lake.staging.watermark)
),
told AS (
    SELECT workspace_id, count(DISTINCT message_id) AS n
    FROM spoken
    WHERE type <> 'send.accepted' AND kind IS DISTINCT FROM 'reaction'
      AND (type = 'message.received' OR message_id NOT IN (
            SELECT message_ref FROM spoken WHERE message_ref <> message_id AND kind IS DISTINCT FROM 'reaction'))
    GROUP BY workspace_id
),
derived AS (
    SELECT workspace_id, count(*) AS n FROM lake.marts.fct_message GROUP BY workspace_id
)
SELECT coalesce(told.workspace_id, derived.workspace_id) AS workspace_id, told.n AS told_count, derived.n AS mart_count
FROM told
FULL JOIN derived ON derived.workspace_id = told.workspace_id
WHERE coalesce(told.n, 0) <> coalesce(derived.n, 0)
