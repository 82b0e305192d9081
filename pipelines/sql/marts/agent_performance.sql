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
-- column: unanswered_count BIGINT: Waits begun that day that nobody has ended.
-- column: reply_sum_s DOUBLE: Seconds waited, summed over those ended.
-- column: reply_median_s DOUBLE: Median of them.
-- column: reply_p90_s DOUBLE: 90th percentile of them.
-- column: first_response_count BIGINT: First responses that day.
-- column: first_response_sum_s DOUBLE: Seconds waited for them, summed.
-- column: first_response_median_s DOUBLE: Median of them.
-- column: first_response_p90_s DOUBLE: 90th percentile of them.
WITH wrote AS (
    SELECT workspace_id, day, CASE WHEN author_kind = 'agent' THEN author_id END AS agent_id, inbox_id, channel,
           count(*) AS message_count, count(DISTINCT conversation_id) AS conversation_count
    FROM lake.marts.fct_message AS message
    WHERE direction = 'outbound' AND EXISTS (SELECT 1 FROM touched_days AS t WHERE t.workspace_id = message.workspace_id AND t.day = message.day)
    GROUP BY workspace_id, day, CASE WHEN author_kind = 'agent' THEN author_id END, inbox_id, channel
),
replied AS (
    SELECT workspace_id, day, agent_id, inbox_id, channel,
           count(reply_s) AS reply_count, count(CASE WHEN is_censored THEN 1 END) AS unanswered_count, sum(reply_s) AS reply_sum_s,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY reply_s) AS reply_median_s,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY reply_s) AS reply_p90_s,
           count(CASE WHEN kind = 'first' THEN reply_s END) AS first_response_count,
           sum(CASE WHEN kind = 'first' THEN reply_s END) AS first_response_sum_s,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY CASE WHEN kind = 'first' THEN reply_s END) AS first_response_median_s,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY CASE WHEN kind = 'first' THEN reply_s END) AS first_response_p90_s
    FROM lake.marts.fct_response AS wait
    WHERE EXISTS (SELECT 1 FROM touched_days AS t WHERE t.workspace_id = wait.workspace_id AND t.day = wait.day)
    GROUP BY workspace_id, day, agent_id, inbox_id, channel
),
resolved AS (
    SELECT workspace_id, resolved_day AS day, assignee_id AS agent_id, inbox_id, channel, count(*) AS resolved_count
    FROM lake.marts.fct_episode AS episode
    WHERE EXISTS (SELECT 1 FROM touched_days AS t WHERE t.workspace_id = episode.workspace_id AND t.day = episode.resolved_day)
    GROUP BY workspace_id, resolved_day, assignee_id, inbox_id, channel
),
assigned AS (
    SELECT workspace_id, day, assignee_id AS agent_id, inbox_id, channel, count(*) AS assigned_count
    FROM lake.marts.fct_assignment AS assignment
    WHERE EXISTS (SELECT 1 FROM touched_days AS t WHERE t.workspace_id = assignment.workspace_id AND t.day = assignment.day)
    GROUP BY workspace_id, day, assignee_id, inbox_id, channel
),
happened AS (
    SELECT workspace_id, day, agent_id, inbox_id, channel FROM wrote
    UNION SELECT workspace_id, day, agent_id, inbox_id, channel FROM replied
    UNION SELECT workspace_id, day, agent_id, inbox_id, channel FROM resolved
    UNION SELECT workspace_id, day, agent_id, inbox_id, channel FROM assigned
)
SELECT happened.workspace_id, happened.day, happened.agent_id, happened.inbox_id, happened.channel,
       coalesce(message_count, 0) AS message_count, coalesce(conversation_count, 0) AS conversation_count,
       coalesce(assigned_count, 0) AS assigned_count, coalesce(resolved_count, 0) AS resolved_count, coalesce(reply_count, 0) AS reply_count,
       coalesce(unanswered_count, 0) AS unanswered_count, coalesce(reply_sum_s, 0) AS reply_sum_s, reply_median_s, reply_p90_s,
       coalesce(first_response_count, 0) AS first_response_count, coalesce(first_response_sum_s, 0) AS first_response_sum_s,
       first_response_median_s, first_response_p90_s
FROM happened
LEFT JOIN wrote ON wrote.workspace_id = happened.workspace_id AND wrote.day = happened.day
     AND wrote.agent_id IS NOT DISTINCT FROM happened.agent_id AND wrote.inbox_id IS NOT DISTINCT FROM happened.inbox_id
     AND wrote.channel IS NOT DISTINCT FROM happened.channel
LEFT JOIN replied ON replied.workspace_id = happened.workspace_id AND replied.day = happened.day
     AND replied.agent_id IS NOT DISTINCT FROM happened.agent_id AND replied.inbox_id IS NOT DISTINCT FROM happened.inbox_id
     AND replied.channel IS NOT DISTINCT FROM happened.channel
LEFT JOIN resolved ON resolved.workspace_id = happened.workspace_id AND resolved.day = happened.day
     AND resolved.agent_id IS NOT DISTINCT FROM happened.agent_id AND resolved.inbox_id IS NOT DISTINCT FROM happened.inbox_id
     AND resolved.channel IS NOT DISTINCT FROM happened.channel
LEFT JOIN assigned ON assigned.workspace_id = happened.workspace_id AND assigned.day = happened.day
     AND assigned.agent_id IS NOT DISTINCT FROM happened.agent_id AND assigned.inbox_id IS NOT DISTINCT FROM happened.inbox_id
     AND assigned.channel IS NOT DISTINCT FROM happened.channel
