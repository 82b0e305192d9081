-- grain: one row per workspace whose messages in staging differ in number from those that landing tells of
-- owner: pipelines
-- description: Every message told in landing is one row in staging.
WITH told AS (
    SELECT workspace_id, count(DISTINCT payload ->> '$.message_id') AS n
    FROM lake.landing.events
    WHERE type IN ('message.received', 'message.echoed', 'message.requested')
      AND seq <= (SELECT seq FROM lake.staging.watermark WHERE name = 'messages')
    GROUP BY workspace_id
),
staged AS (
    SELECT workspace_id, count(*) AS n FROM lake.staging.messages GROUP BY workspace_id
)
SELECT coalesce(told.workspace_id, staged.workspace_id) AS workspace_id, told.n AS told_count, staged.n AS staged_count
FROM told
FULL JOIN staged ON staged.workspace_id = told.workspace_id
WHERE coalesce(told.n, 0) <> coalesce(staged.n, 0)
