-- grain: one row per wait of a contact that a figure counted, longest first, unanswered ones on top; row_count is how many in all
-- owner: reports
SELECT wait.conversation_id, wait.contact_id, contact.name AS contact, wait.inbox_id, wait.channel, episode.episode_number,
       wait.agent_id, wait.kind, wait.wait_started_at, wait.responded_at, wait.reply_s, wait.closed_at, wait.censored_s, count(*) OVER () AS row_count
FROM lake.marts.fct_response AS wait
LEFT JOIN lake.marts.fct_episode AS episode
  ON episode.workspace_id = wait.workspace_id AND episode.episode_id = wait.episode_id
LEFT JOIN lake.marts.dim_contact AS contact
  ON contact.workspace_id = wait.workspace_id AND contact.contact_id = wait.contact_id
WHERE wait.workspace_id = $workspace_id
  AND list_contains($inbox_ids, wait.inbox_id)
  AND ($channels IS NULL OR list_contains($channels, wait.channel))
  AND ($agent_ids IS NULL OR list_contains($agent_ids, episode.assignee_id))
  AND ($person_ids IS NULL OR list_contains($person_ids, coalesce(wait.agent_id, '')))
  AND ($tag IS NULL OR list_contains(episode.tags, $tag))
  AND wait.day BETWEEN $from_day AND $to_day
  AND CASE $which
        WHEN 'first_response' THEN wait.kind = 'first' AND NOT wait.is_censored
        WHEN 'reply' THEN NOT wait.is_censored
        WHEN 'unanswered' THEN wait.is_censored AND wait.closed_us IS NULL
        WHEN 'closed' THEN wait.closed_us IS NOT NULL
        ELSE false END
ORDER BY wait.is_censored DESC, coalesce(wait.reply_s, wait.censored_s) DESC, wait.wait_started_us, wait.response_id
LIMIT $limit
