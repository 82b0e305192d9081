-- grain: one row: the recording instant of the newest event that has landed, NULL when none has
-- owner: reports
SELECT max(recorded_at) AS landed_at
FROM lake.landing.events
WHERE workspace_id = $workspace_id
