-- grain: one row per agent who held, answered or wrote anything in the range, one (agent_id NULL) for nobody, and one (is_total) for all
-- owner: reports
WITH held AS (
    SELECT assignee_id AS agent_id, conversation_id, contact_id
    FROM lake.marts.fct_episode
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR list_contains($agent_ids, assignee_id))
      AND resolved_day BETWEEN $from_day AND $to_day
      AND resolved_us < coalesce($until_us, 9223372036854775807)
),
episode AS (
    SELECT agent_id, grouping(agent_id) = 1 AS is_total,
           count(*) AS resolved,
           count(DISTINCT conversation_id) AS resolved_conversations,
           count(DISTINCT contact_id) AS resolved_contacts
    FROM held
    GROUP BY GROUPING SETS ((agent_id), ())
),
written AS (
    SELECT CASE WHEN author_kind = 'agent' THEN author_id END AS agent_id, conversation_id
    FROM lake.marts.fct_message
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR (author_kind = 'agent' AND list_contains($agent_ids, author_id)))
      AND day BETWEEN $from_day AND $to_day
      AND message_us < coalesce($until_us, 9223372036854775807)
      AND direction = 'outbound'
      AND is_never_sent IS NOT TRUE
),
message AS (
    SELECT agent_id, grouping(agent_id) = 1 AS is_total,
           count(*) AS messages,
           count(DISTINCT conversation_id) AS conversations
    FROM written
    GROUP BY GROUPING SETS ((agent_id), ())
),
wait AS (
    SELECT agent_id, kind, reply_s, is_censored, closed_us
    FROM lake.marts.fct_response
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR list_contains($agent_ids, agent_id))
      AND day BETWEEN $from_day AND $to_day
      AND coalesce(responded_us, wait_started_us) < coalesce($until_us, 9223372036854775807)
),
response AS (
    SELECT agent_id, grouping(agent_id) = 1 AS is_total,
           count(*) FILTER (WHERE NOT is_censored) AS replies,
           count(*) FILTER (WHERE is_censored AND closed_us IS NULL) AS unanswered,
           count(closed_us) AS closed_unanswered,
           quantile_cont(reply_s, [0.5, 0.9]) FILTER (WHERE kind = 'first') AS first_s,
           avg(reply_s) FILTER (WHERE kind = 'first') AS first_response_mean_s,
           quantile_cont(reply_s, [0.5, 0.9]) AS reply_s,
           avg(reply_s) AS reply_mean_s,
           avg(CAST(reply_s <= 60 AS INT)) AS within_1_min,
           avg(CAST(reply_s <= 300 AS INT)) AS within_5_min,
           avg(CAST(reply_s <= 900 AS INT)) AS within_15_min
    FROM wait
    GROUP BY GROUPING SETS ((agent_id), ())
),
seen AS (
    SELECT agent_id, is_total FROM episode
    UNION SELECT agent_id, is_total FROM message
    UNION SELECT agent_id, is_total FROM response
)
SELECT seen.agent_id, seen.is_total, coalesce(messages, 0) AS messages, coalesce(conversations, 0) AS conversations,
       coalesce(resolved, 0) AS resolved, coalesce(resolved_conversations, 0) AS resolved_conversations,
       coalesce(resolved_contacts, 0) AS resolved_contacts, coalesce(replies, 0) AS replies,
       first_s[1] AS first_response_median_s, first_s[2] AS first_response_p90_s, first_response_mean_s,
       response.reply_s[1] AS reply_median_s, response.reply_s[2] AS reply_p90_s, reply_mean_s,
       within_1_min, within_5_min, within_15_min, coalesce(unanswered, 0) AS unanswered,
       coalesce(closed_unanswered, 0) AS closed_unanswered
FROM seen
LEFT JOIN episode ON episode.agent_id IS NOT DISTINCT FROM seen.agent_id AND episode.is_total = seen.is_total
LEFT JOIN message ON message.agent_id IS NOT DISTINCT FROM seen.agent_id AND message.is_total = seen.is_total
LEFT JOIN response ON response.agent_id IS NOT DISTINCT FROM seen.agent_id AND response.is_total = seen.is_total
ORDER BY seen.is_total, seen.agent_id IS NULL, messages DESC, seen.agent_id
