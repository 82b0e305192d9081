-- grain: one row per inbox that is not private, for readers of reports who work in no inbox
-- owner: reports
SELECT inbox_id
FROM lake.marts.dim_inbox
WHERE workspace_id = $workspace_id AND NOT is_private
ORDER BY inbox_id
