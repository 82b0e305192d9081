-- grain: one row, every figure of the range; until_us cuts its last day, and then tells things as they stood at the cut
-- owner: reports
WITH episode AS (
    SELECT episode_id, episode_number, resolution_s,
           opened_day BETWEEN $from_day AND $to_day AND opened_us < coalesce($until_us, 9223372036854775807) AS is_opened,
           resolved_day BETWEEN $from_day AND $to_day AND resolved_us < coalesce($until_us, 9223372036854775807) AS is_resolved,
           opened_day <= $to_day AND opened_us < coalesce($until_us, 9223372036854775807)
               AND (resolved_us IS NULL OR resolved_day > $to_day OR resolved_us >= $until_us) AS is_backlog
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
           quantile_cont(resolution_s, [0.5, 0.9]) FILTER (WHERE is_resolved) AS resolution_s,
           avg(resolution_s) FILTER (WHERE is_resolved) AS resolution_mean_s,
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
      AND is_never_sent IS NOT TRUE
      AND message_us < coalesce($until_us, 9223372036854775807)
),
wait AS (
    SELECT kind, reply_s,
           NOT is_censored AND day <= $to_day AND responded_us < coalesce($until_us, 9223372036854775807) AS is_answered,
           CASE WHEN $until_us IS NULL THEN is_censored AND closed_us IS NULL AND day <= $to_day
                ELSE wait_started_us >= $from_us AND wait_started_us < $until_us
                     AND coalesce(responded_us, closed_us, $until_us) >= $until_us END AS is_unanswered,
           closed_us IS NOT NULL AND day <= $to_day AND closed_us < coalesce($until_us, 9223372036854775807) AS is_closed
    FROM lake.marts.fct_response
    WHERE workspace_id = $workspace_id
      AND list_contains($inbox_ids, inbox_id)
      AND ($channels IS NULL OR list_contains($channels, channel))
      AND ($agent_ids IS NULL OR episode_id IN (SELECT episode_id FROM episode))
      AND day >= $from_day
),
response AS (
    SELECT quantile_cont(reply_s, [0.5, 0.9]) FILTER (WHERE is_answered AND kind = 'first') AS first_s,
           avg(reply_s) FILTER (WHERE is_answered AND kind = 'first') AS first_response_mean_s,
           quantile_cont(reply_s, [0.5, 0.9]) FILTER (WHERE is_answered) AS reply_s,
           avg(reply_s) FILTER (WHERE is_answered) AS reply_mean_s,
           count(*) FILTER (WHERE is_answered AND kind = 'first') AS first_responses,
           count(*) FILTER (WHERE is_answered) AS replies,
           count(*) FILTER (WHERE is_unanswered) AS unanswered,
           count(*) FILTER (WHERE is_closed) AS closed_unanswered
    FROM wait
)
SELECT opened, resolved, messages_in, messages_out,
       first_s[1] AS first_response_median_s, first_s[2] AS first_response_p90_s, first_response_mean_s,
       reply_s[1] AS reply_median_s, reply_s[2] AS reply_p90_s, reply_mean_s,
       resolution_s[1] AS resolution_median_s, resolution_s[2] AS resolution_p90_s, resolution_mean_s,
       reopened, reopened / nullif(resolved, 0) AS reopen_rate,
       first_responses, replies, unanswered, closed_unanswered, backlog
FROM conversation, message, response
