-- grain: one row per workspace and quarter of an hour in which something happened, with what its clocks showed then
-- owner: pipelines
WITH moment AS (
    SELECT workspace_id, quarter FROM told GROUP BY workspace_id, quarter
    UNION
    SELECT workspace_id, quarter FROM deed GROUP BY workspace_id, quarter
)
SELECT moment.workspace_id, moment.quarter,
       epoch_us(timezone(coalesce(zone.timezone, 'UTC'), make_timestamptz(moment.quarter * 900000000))) AS local_us
FROM moment
LEFT JOIN lake.marts.dim_workspace AS zone ON zone.workspace_id = moment.workspace_id
