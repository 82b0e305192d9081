-- grain: one row per agent who held, answered or wrote anything in the range, and one (agent_id NULL) for nobody
-- owner: reports
WITH episode AS (
    SELECT assignee_id AS agent_id,
           count(*) AS resolved,
           count(DISTINCT conversation_id) AS resolved_conversations,
           count(DISTINCT contact_id) AS resolved_contacts
    FROM lake.marts.fct_episode
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND resolved_day BETWEEN $from_day AND $to_day
    GROUP BY assignee_id
),
message AS (
    SELECT CASE WHEN author_kind = 'agent' THEN author_id END AS agent_id,
           count(*) AS messages,
           count(DISTINCT conversation_id) AS conversations
    FROM lake.marts.fct_message
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND day BETWEEN $from_day AND $to_day
      AND direction = 'outbound'
    GROUP BY 1
),
response AS (
    SELECT agent_id,
           count(*) FILTER (WHERE NOT is_censored) AS replies,
           count(*) FILTER (WHERE is_censored) AS unanswered,
           quantile_cont(reply_s, [0.5, 0.9]) FILTER (WHERE kind = 'first') AS first_s,
           quantile_cont(reply_s, [0.5, 0.9]) AS reply_s,
           avg(CAST(reply_s <= 60 AS INT)) AS within_1_min,
           avg(CAST(reply_s <= 300 AS INT)) AS within_5_min,
           avg(CAST(reply_s <= 900 AS INT)) AS within_15_min
    FROM lake.marts.fct_response
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND day BETWEEN $from_day AND $to_day
    GROUP BY agent_id
),
seen AS (
    SELECT agent_id FROM episode UNION SELECT agent_id FROM message UNION SELECT agent_id FROM response
)
SELECT seen.agent_id, coalesce(messages, 0) AS messages, coalesce(conversations, 0) AS conversations,
       coalesce(resolved, 0) AS resolved, coalesce(resolved_conversations, 0) AS resolved_conversations,
       coalesce(resolved_contacts, 0) AS resolved_contacts, coalesce(replies, 0) AS replies,
       first_s[1] AS first_response_median_s, first_s[2] AS first_response_p90_s,
       response.reply_s[1] AS reply_median_s, response.reply_s[2] AS reply_p90_s,
       within_1_min, within_5_min, within_15_min, coalesce(unanswered, 0) AS unanswered
FROM seen
LEFT JOIN episode ON episode.agent_id IS NOT DISTINCT FROM seen.agent_id
LEFT JOIN message ON message.agent_id IS NOT DISTINCT FROM seen.agent_id
LEFT JOIN response ON response.agent_id IS NOT DISTINCT FROM seen.agent_id
WHERE ($agent_ids IS NULL OR list_contains($agent_ids, seen.agent_id))
ORDER BY seen.agent_id IS NULL, messages DESC, seen.agent_id
