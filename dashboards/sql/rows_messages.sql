-- grain: one row per message that a figure counted, newest first; row_count is how many there are in all
-- owner: reports
SELECT message.conversation_id, message.contact_id, contact.name AS contact, message.inbox_id, message.channel,
       episode.episode_number, message.message_id, message.direction, message.kind, message.author_kind,
       CASE WHEN message.author_kind = 'agent' THEN message.author_id END AS agent_id,
       message.message_at, message.delivery_status, count(*) OVER () AS row_count
FROM lake.marts.fct_message AS message
LEFT JOIN lake.marts.fct_episode AS episode
  ON episode.workspace_id = message.workspace_id AND episode.episode_id = message.episode_id
LEFT JOIN lake.marts.dim_contact AS contact
  ON contact.workspace_id = message.workspace_id AND contact.contact_id = message.contact_id
WHERE message.workspace_id = $workspace_id
  AND list_contains($inbox_ids, message.inbox_id)
  AND ($channels IS NULL OR list_contains($channels, message.channel))
  AND ($agent_ids IS NULL OR list_contains($agent_ids, episode.assignee_id))
  AND ($person_ids IS NULL
       OR list_contains($person_ids, CASE WHEN message.author_kind = 'agent' THEN coalesce(message.author_id, '') ELSE '' END))
  AND message.is_never_sent IS NOT TRUE
  AND message.day BETWEEN $from_day AND $to_day
  AND ($direction IS NULL OR message.direction = $direction)
  AND ($weekday IS NULL OR isodow(message.day) = $weekday)
  AND ($hour IS NULL OR message.hour = $hour)
ORDER BY message.message_us DESC, message.message_id
LIMIT $limit
