-- grain: one row: the recording instant of the newest event that the marts hold, NULL before they hold the workspace
-- owner: reports
SELECT max(recorded_at) AS derived_at
FROM lake.staging.watermark
WHERE EXISTS (SELECT 1 FROM lake.marts.dim_workspace WHERE workspace_id = $workspace_id)
