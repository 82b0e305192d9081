-- grain: one row per wait of a contact that a figure counted, longest first, unanswered ones on top
-- owner: reports
SELECT wait.conversation_id, contact.name AS contact, wait.inbox_id, wait.channel, wait.agent_id, wait.kind,
       wait.wait_started_at, wait.responded_at, wait.reply_s
FROM lake.marts.fct_response AS wait
LEFT JOIN lake.marts.dim_contact AS contact
  ON contact.workspace_id = wait.workspace_id AND contact.contact_id = wait.contact_id
WHERE wait.workspace_id = $workspace_id
  AND list_contains($inbox_ids, wait.inbox_id)
  AND ($channels IS NULL OR list_contains($channels, wait.channel))
  AND ($agent_ids IS NULL OR wait.episode_id IN (
        SELECT episode_id FROM lake.marts.fct_episode
        WHERE workspace_id = $workspace_id AND list_contains($agent_ids, assignee_id)))
  AND ($replier_ids IS NULL OR list_contains($replier_ids, wait.agent_id))
  AND wait.day BETWEEN $from_day AND $to_day
  AND CASE $which
        WHEN 'first_response' THEN wait.kind = 'first' AND NOT wait.is_censored
        WHEN 'reply' THEN NOT wait.is_censored
        WHEN 'unanswered' THEN wait.is_censored
        ELSE false END
ORDER BY wait.is_censored DESC, wait.reply_s DESC, wait.wait_started_us, wait.response_id
LIMIT $limit
