-- grain: one row per workspace and day whose sums over agents, nobody included, differ from the totals
-- owner: pipelines
-- description: What agents did a day adds up to what was done that day.
WITH done AS (
    SELECT workspace_id, day, count(*) AS messages, 0 AS replies, 0 AS unanswered, 0 AS closed, 0 AS resolved, 0 AS assigned
    FROM lake.marts.fct_message
    WHERE direction = 'outbound' AND NOT is_never_sent
    GROUP BY workspace_id, day
    UNION ALL
    SELECT workspace_id, day, 0, count(reply_s), count(CASE WHEN is_censored AND closed_us IS NULL THEN 1 END), count(closed_us), 0, 0
    FROM lake.marts.fct_response
    GROUP BY workspace_id, day
    UNION ALL
    SELECT workspace_id, resolved_day, 0, 0, 0, 0, count(*), 0
    FROM lake.marts.fct_episode
    WHERE resolved_day IS NOT NULL
    GROUP BY workspace_id, resolved_day
    UNION ALL
    SELECT workspace_id, day, 0, 0, 0, 0, 0, count(*) FROM lake.marts.fct_assignment GROUP BY workspace_id, day
    UNION ALL
    SELECT workspace_id, day, -sum(message_count), -sum(reply_count), -sum(unanswered_count), -sum(closed_count), -sum(resolved_count), -sum(assigned_count)
    FROM lake.marts.agent_performance
    GROUP BY workspace_id, day
),
difference AS (
    SELECT workspace_id, day, sum(messages) AS messages, sum(replies) AS replies, sum(unanswered) AS unanswered, sum(closed) AS closed,
           sum(resolved) AS resolved, sum(assigned) AS assigned
    FROM done
    GROUP BY workspace_id, day
)
SELECT *
FROM difference
WHERE messages <> 0 OR replies <> 0 OR unanswered <> 0 OR closed <> 0 OR resolved <> 0 OR assigned <> 0
