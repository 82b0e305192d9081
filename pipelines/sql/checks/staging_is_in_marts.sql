-- grain: one row per workspace whose messages in the mart differ in number from staging
-- owner: pipelines
-- description: Every staged message is one row of fct_message.
SELECT coalesce(mart.workspace_id, staged.workspace_id) AS workspace_id, mart.n AS mart_count, staged.n AS staged_count
FROM (SELECT workspace_id, count(*) AS n FROM lake.marts.fct_message GROUP BY workspace_id) AS mart
FULL JOIN (SELECT workspace_id, count(*) AS n FROM lake.staging.messages GROUP BY workspace_id) AS staged
       ON staged.workspace_id = mart.workspace_id
WHERE coalesce(mart.n, 0) <> coalesce(staged.n, 0)
