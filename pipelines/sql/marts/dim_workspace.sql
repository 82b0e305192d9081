-- grain: one row per workspace
-- owner: pipelines
-- told: workspace.created
-- scope: all
-- key: workspace_id
-- description: The businesses of this installation.
-- column: workspace_id VARCHAR: The business.
-- column: name VARCHAR: Its name.
-- column: timezone VARCHAR: IANA zone that its days and hours are counted in.
WITH told AS (
    SELECT workspace_id, payload ->> '$.name' AS name, payload ->> '$.timezone' AS timezone,
           row_number() OVER (PARTITION BY workspace_id ORDER BY occurred_us DESC, key DESC) AS recency
    FROM lake.staging.house
    WHERE type = 'workspace.created'
)
SELECT workspace_id, name, coalesce(timezone, 'UTC') AS timezone
FROM told
WHERE recency = 1
