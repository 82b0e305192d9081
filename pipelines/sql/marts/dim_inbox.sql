-- grain: one row per inbox
-- owner: pipelines
-- scope: all
-- key: inbox_id
-- description: Doors that contacts come in by, those that only a delivery told us of included.
-- column: workspace_id VARCHAR: The business.
-- column: inbox_id VARCHAR: The inbox.
-- column: name VARCHAR: Its name; NULL where nobody described it.
-- column: channel VARCHAR: Its channel.
-- column: is_private BOOLEAN: True when only its members see it.
WITH told AS (
    SELECT workspace_id, inbox_id, channel, payload ->> '$.name' AS name,
           coalesce(CAST(payload ->> '$.is_private' AS BOOLEAN), FALSE) AS is_private,
           row_number() OVER (PARTITION BY inbox_id ORDER BY occurred_us DESC, key DESC) AS recency
    FROM lake.staging.house
    WHERE type = 'inbox.created'
),
met AS (
    SELECT inbox_id, min(workspace_id) AS workspace_id, min(channel) AS channel
    FROM lake.staging.conversations
    WHERE inbox_id IS NOT NULL
    GROUP BY inbox_id
)
SELECT coalesce(told.workspace_id, met.workspace_id) AS workspace_id, coalesce(told.inbox_id, met.inbox_id) AS inbox_id,
       told.name AS name, coalesce(told.channel, met.channel) AS channel, coalesce(told.is_private, FALSE) AS is_private
FROM (SELECT * FROM told WHERE recency = 1) AS told
FULL JOIN met ON met.inbox_id = told.inbox_id
