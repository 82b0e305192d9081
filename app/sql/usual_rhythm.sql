-- grain: one row, the inbound messages of one inbox in one hour of the week, per week, over the last four
-- owner: app
SELECT inbox_id, isodow(message_at AT TIME ZONE 'UTC') AS weekday, hour(message_at AT TIME ZONE 'UTC') AS hour,
       count(*) / 4.0 AS messages
FROM lake.marts.fct_message
WHERE workspace_id = ? AND direction = 'inbound' AND message_us > ? - 28 * 86400000000
GROUP BY ALL
