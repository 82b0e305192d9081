-- grain: one row per local day on which a row came, went or changed
-- owner: pipelines
SELECT DISTINCT day FROM noted_day WHERE day IS NOT NULL
