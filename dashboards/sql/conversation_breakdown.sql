-- grain: one row per inbox, channel or tag (an episode with two tags at its end counts under both, one without under none)
-- owner: reports
WITH episode AS (
    SELECT episode_id, inbox_id, channel, tags, episode_number, opened_day, resolved_day, resolution_s
    FROM lake.marts.fct_episode
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR list_contains($agent_ids, assignee_id))
),
label AS (
    SELECT episode_id, inbox_id AS label FROM episode WHERE $group_by = 'inbox'
    UNION ALL
    SELECT episode_id, channel FROM episode WHERE $group_by = 'channel'
    UNION ALL
    SELECT episode_id, unnest(tags) FROM episode WHERE $group_by = 'tag'
),
conversation AS (
    SELECT label,
           count(*) FILTER (WHERE opened_day BETWEEN $from_day AND $to_day) AS opened,
           count(*) FILTER (WHERE opened_day BETWEEN $from_day AND $to_day AND episode_number > 1) AS reopened,
           count(*) FILTER (WHERE resolved_day BETWEEN $from_day AND $to_day) AS resolved,
           quantile_cont(resolution_s, [0.5, 0.9]) FILTER (WHERE resolved_day BETWEEN $from_day AND $to_day) AS resolution_s,
           avg(resolution_s) FILTER (WHERE resolved_day BETWEEN $from_day AND $to_day) AS resolution_mean_s
    FROM episode JOIN label USING (episode_id)
    GROUP BY label
),
response AS (
    SELECT label,
           quantile_cont(reply_s, [0.5, 0.9]) FILTER (WHERE kind = 'first') AS first_s,
           avg(reply_s) FILTER (WHERE kind = 'first') AS first_response_mean_s,
           quantile_cont(reply_s, [0.5, 0.9]) AS reply_s,
           avg(reply_s) AS reply_mean_s,
           count(*) FILTER (WHERE is_censored AND closed_us IS NULL) AS unanswered,
           count(closed_us) AS closed_unanswered
    FROM lake.marts.fct_response
    JOIN label USING (episode_id)
    WHERE workspace_id = $workspace_id
      AND day BETWEEN $from_day AND $to_day
    GROUP BY label
)
SELECT label, coalesce(opened, 0) AS opened, coalesce(reopened, 0) AS reopened, coalesce(resolved, 0) AS resolved,
       first_s[1] AS first_response_median_s, first_response_mean_s, first_s[2] AS first_response_p90_s,
       response.reply_s[1] AS reply_median_s, reply_mean_s, response.reply_s[2] AS reply_p90_s,
       conversation.resolution_s[1] AS resolution_median_s, resolution_mean_s, conversation.resolution_s[2] AS resolution_p90_s,
       coalesce(unanswered, 0) AS unanswered, coalesce(closed_unanswered, 0) AS closed_unanswered
FROM conversation FULL JOIN response USING (label)
WHERE opened > 0 OR resolved > 0 OR response.reply_s IS NOT NULL OR unanswered > 0 OR closed_unanswered > 0
ORDER BY opened DESC, label
