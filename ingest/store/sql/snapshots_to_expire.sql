-- grain: one row per snapshot of the lake that nobody need be able to ask for any more
-- owner: ingest
-- description: Kept are the present one, those of the last hour (readers have them open), each hour's last for a day, each day's last for `history_days`.
SELECT snapshot_id
FROM (
    SELECT snapshot_id, snapshot_time,
           snapshot_id = max(snapshot_id) OVER (PARTITION BY date_trunc('hour', snapshot_time)) AS is_of_hour,
           snapshot_id = max(snapshot_id) OVER (PARTITION BY date_trunc('day', snapshot_time)) AS is_of_day,
           snapshot_id = max(snapshot_id) OVER () AS is_present
    FROM ducklake_snapshots('lake')
)
WHERE NOT (
    is_present
    OR snapshot_time > now() - to_seconds(CAST(getvariable('all_kept_s') AS BIGINT))
    OR (is_of_hour AND snapshot_time > now() - INTERVAL 1 DAY AND getvariable('history_days') > 0)
    OR (is_of_day AND snapshot_time > now() - to_days(CAST(getvariable('history_days') AS INT)))
)
ORDER BY snapshot_id
