-- grain: one row per workspace whose sums over agents, nobody included, differ from the totals
-- owner: pipelines
-- description: What agents did adds up to what was done.
WITH summed AS (
    SELECT workspace_id, sum(message_count) AS messages, sum(reply_count) AS replies, sum(unanswered_count) AS unanswered,
           sum(resolved_count) AS resolved
    FROM lake.marts.agent_performance
    GROUP BY workspace_id
),
message AS (
    SELECT workspace_id, count(CASE WHEN direction = 'outbound' THEN 1 END) AS messages
    FROM lake.marts.fct_message
    GROUP BY workspace_id
),
wait AS (
    SELECT workspace_id, count(reply_s) AS replies, count(CASE WHEN is_censored THEN 1 END) AS unanswered
    FROM lake.marts.fct_response
    GROUP BY workspace_id
),
episode AS (
    SELECT workspace_id, count(resolved_day) AS resolved FROM lake.marts.fct_episode GROUP BY workspace_id
)
SELECT message.workspace_id, summed.messages, message.messages AS all_messages, summed.replies, wait.replies AS all_replies,
       summed.resolved, episode.resolved AS all_resolved
FROM message
LEFT JOIN summed ON summed.workspace_id = message.workspace_id
LEFT JOIN wait ON wait.workspace_id = message.workspace_id
LEFT JOIN episode ON episode.workspace_id = message.workspace_id
WHERE coalesce(summed.messages, 0) <> message.messages
   OR coalesce(summed.replies, 0) <> coalesce(wait.replies, 0)
   OR coalesce(summed.unanswered, 0) <> coalesce(wait.unanswered, 0)
   OR coalesce(summed.resolved, 0) <> coalesce(episode.resolved, 0)
