-- grain: one row per inbox, channel or tag (a conversation with two tags counts under both, one without under none)
-- owner: reports
WITH label AS (
    SELECT conversation_id, inbox_id AS label
    FROM lake.marts.fct_conversation WHERE $group_by = 'inbox' AND workspace_id = $workspace_id
    UNION ALL
    SELECT conversation_id, channel
    FROM lake.marts.fct_conversation WHERE $group_by = 'channel' AND workspace_id = $workspace_id
    UNION ALL
    SELECT conversation_id, unnest(tags)
    FROM lake.marts.fct_conversation WHERE $group_by = 'tag' AND workspace_id = $workspace_id
),
episode AS (
    SELECT conversation_id, episode_id, episode_number, inbound_count, outbound_count, opened_day, resolved_day, resolution_s
    FROM lake.marts.fct_episode
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR list_contains($agent_ids, assignee_id))
),
conversation AS (
    SELECT label,
           count(*) FILTER (WHERE opened_day BETWEEN $from_day AND $to_day) AS opened,
           count(*) FILTER (WHERE opened_day BETWEEN $from_day AND $to_day AND episode_number > 1) AS reopened,
           count(*) FILTER (WHERE resolved_day BETWEEN $from_day AND $to_day) AS resolved,
           quantile_cont(resolution_s, 0.5) FILTER (WHERE resolved_day BETWEEN $from_day AND $to_day) AS resolution_median_s
    FROM episode JOIN label USING (conversation_id)
    GROUP BY label
),
response AS (
    SELECT label,
           quantile_cont(reply_s, [0.5, 0.9]) FILTER (WHERE kind = 'first') AS first_s,
           quantile_cont(reply_s, [0.5, 0.9]) AS reply_s,
           count(*) FILTER (WHERE is_censored) AS unanswered
    FROM lake.marts.fct_response AS wait
    JOIN label USING (conversation_id)
    WHERE wait.workspace_id = $workspace_id
      AND list_contains($inbox_ids, wait.inbox_id)
      AND ($channels IS NULL OR list_contains($channels, wait.channel))
      AND ($agent_ids IS NULL OR wait.episode_id IN (SELECT episode_id FROM episode))
      AND wait.day BETWEEN $from_day AND $to_day
    GROUP BY label
)
SELECT label, coalesce(opened, 0) AS opened, coalesce(reopened, 0) AS reopened, coalesce(resolved, 0) AS resolved,
       first_s[1] AS first_response_median_s, first_s[2] AS first_response_p90_s,
       response.reply_s[1] AS reply_median_s, response.reply_s[2] AS reply_p90_s,
       resolution_median_s, coalesce(unanswered, 0) AS unanswered
FROM conversation FULL JOIN response USING (label)
WHERE opened > 0 OR resolved > 0 OR response.reply_s IS NOT NULL OR unanswered > 0
ORDER BY opened DESC, label
