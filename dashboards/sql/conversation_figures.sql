-- grain: one row, every figure of the range
-- owner: reports
WITH episode AS (
    SELECT episode_id, episode_number, resolution_s,
           opened_day BETWEEN $from_day AND $to_day AS is_opened,
           resolved_day BETWEEN $from_day AND $to_day AS is_resolved,
           opened_day <= $to_day AND (resolved_day IS NULL OR resolved_day > $to_day) AS is_backlog
    FROM lake.marts.fct_episode
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR list_contains($agent_ids, assignee_id))
),
conversation AS (
    SELECT count(*) FILTER (WHERE is_opened) AS opened,
           count(*) FILTER (WHERE is_opened AND episode_number > 1) AS reopened,
           count(*) FILTER (WHERE is_resolved) AS resolved,
           quantile_cont(resolution_s, 0.5) FILTER (WHERE is_resolved) AS resolution_median_s,
           count(*) FILTER (WHERE is_backlog) AS backlog
    FROM episode
),
message AS (
    SELECT count(*) FILTER (WHERE direction = 'inbound') AS messages_in,
           count(*) FILTER (WHERE direction = 'outbound') AS messages_out
    FROM lake.marts.fct_message
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR episode_id IN (SELECT episode_id FROM episode))
      AND day BETWEEN $from_day AND $to_day
),
response AS (
    SELECT quantile_cont(reply_s, [0.5, 0.9]) FILTER (WHERE kind = 'first') AS first_s,
           quantile_cont(reply_s, [0.5, 0.9]) AS reply_s,
           count(*) FILTER (WHERE kind = 'first' AND NOT is_censored) AS first_responses,
           count(*) FILTER (WHERE NOT is_censored) AS replies,
           count(*) FILTER (WHERE is_censored) AS unanswered
    FROM lake.marts.fct_response
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR episode_id IN (SELECT episode_id FROM episode))
      AND day BETWEEN $from_day AND $to_day
)
SELECT opened, resolved, messages_in, messages_out,
       first_s[1] AS first_response_median_s, first_s[2] AS first_response_p90_s,
       reply_s[1] AS reply_median_s, reply_s[2] AS reply_p90_s,
       resolution_median_s, reopened, reopened / nullif(resolved, 0) AS reopen_rate,
       first_responses, replies, unanswered, backlog
FROM conversation, message, response
