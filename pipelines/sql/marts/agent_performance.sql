-- grain: one row per day, agent (NULL: nobody, a bot, or the phone app), inbox and channel on which something happened
-- owner: pipelines
-- scope: day
-- key: workspace_id, day, agent_id, inbox_id, channel
-- description: What each agent did a day; summed over agents, nobody included, it equals the totals.
-- column: workspace_id VARCHAR: The business.
-- column: day DATE: Local day in the workspace's zone.
-- column: agent_id VARCHAR: The agent, or NULL.
-- column: inbox_id VARCHAR: The inbox.
-- column: channel VARCHAR: The channel.
-- column: message_count BIGINT: Messages to contacts that day.
-- column: conversation_count BIGINT: Conversations those were in.
-- column: assigned_count BIGINT: Assignments to them that day.
-- column: resolved_count BIGINT: Episodes resolved that day, under whoever held them.
-- column: reply_count BIGINT: Waits ended that day.
-- column: unanswered_count BIGINT: Waits begun that day that nobody has ended, of conversations still open.
-- column: closed_count BIGINT: Waits begun that day whose conversation was resolved without an answer.
-- column: reply_sum_s DOUBLE: Seconds waited, summed over those ended.
-- column: reply_median_s DOUBLE: Median of them.
-- column: reply_p90_s DOUBLE: 90th percentile of them.
-- column: first_response_count BIGINT: First responses that day.
-- column: first_response_sum_s DOUBLE: Seconds waited for them, summed.
-- column: first_response_median_s DOUBLE: Median of them.
-- column: first_response_p90_s DOUBLE: 90th percentile of them.
WITH wrote AS (
    SELECT workspace_id, day, CASE WHEN author_kind = 'agent' THEN author_id END AS agent_id, inbox_id, channel, conversation_id, count(*) AS n
    FROM lake.marts.fct_message
    WHERE direction = 'outbound' AND NOT is_never_sent AND day IN (SELECT day FROM touched_day)
    GROUP BY workspace_id, day, CASE WHEN author_kind = 'agent' THEN author_id END, inbox_id, channel, conversation_id
),
happened AS (
    SELECT workspace_id, day, agent_id, inbox_id, channel, sum(n) AS messages, count(*) AS conversations, 0 AS assigned, 0 AS resolved,
           0 AS replies, 0 AS unanswered, 0 AS closed, 0 AS reply_sum_s, NULL AS reply_median_s, NULL AS reply_p90_s, 0 AS first_responses,
           0 AS first_response_sum_s, NULL AS first_response_median_s, NULL AS first_response_p90_s
    FROM wrote
    GROUP BY workspace_id, day, agent_id, inbox_id, channel
    UNION ALL
    SELECT workspace_id, day, agent_id, inbox_id, channel, 0, 0, 0, 0, count(reply_s), count(CASE WHEN is_censored AND closed_us IS NULL THEN 1 END), count(closed_us),
           coalesce(sum(reply_s), 0), percentile_cont(0.5) WITHIN GROUP (ORDER BY reply_s), percentile_cont(0.9) WITHIN GROUP (ORDER BY reply_s),
           count(CASE WHEN kind = 'first' THEN reply_s END), coalesce(sum(CASE WHEN kind = 'first' THEN reply_s END), 0),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY CASE WHEN kind = 'first' THEN reply_s END),
           percentile_cont(0.9) WITHIN GROUP (ORDER BY CASE WHEN kind = 'first' THEN reply_s END)
    FROM lake.marts.fct_response
    WHERE day IN (SELECT day FROM touched_day)
    GROUP BY workspace_id, day, agent_id, inbox_id, channel
    UNION ALL
    SELECT workspace_id, resolved_day, assignee_id, inbox_id, channel, 0, 0, 0, count(*), 0, 0, 0, 0, NULL, NULL, 0, 0, NULL, NULL
    FROM lake.marts.fct_episode
    WHERE resolved_day IN (SELECT day FROM touched_day)
    GROUP BY workspace_id, resolved_day, assignee_id, inbox_id, channel
    UNION ALL
    SELECT workspace_id, day, assignee_id, inbox_id, channel, 0, 0, count(*), 0, 0, 0, 0, 0, NULL, NULL, 0, 0, NULL, NULL
    FROM lake.marts.fct_assignment
    WHERE day IN (SELECT day FROM touched_day)
    GROUP BY workspace_id, day, assignee_id, inbox_id, channel
)
SELECT workspace_id, day, agent_id, inbox_id, channel, CAST(sum(messages) AS BIGINT) AS message_count,
       CAST(sum(conversations) AS BIGINT) AS conversation_count, CAST(sum(assigned) AS BIGINT) AS assigned_count,
       CAST(sum(resolved) AS BIGINT) AS resolved_count, CAST(sum(replies) AS BIGINT) AS reply_count,
       CAST(sum(unanswered) AS BIGINT) AS unanswered_count, CAST(sum(closed) AS BIGINT) AS closed_count,
       sum(reply_sum_s) AS reply_sum_s, max(reply_median_s) AS reply_median_s,
       max(reply_p90_s) AS reply_p90_s, CAST(sum(first_responses) AS BIGINT) AS first_response_count,
       sum(first_response_sum_s) AS first_response_sum_s, max(first_response_median_s) AS first_response_median_s,
       max(first_response_p90_s) AS first_response_p90_s
FROM happened
GROUP BY workspace_id, day, agent_id, inbox_id, channel
