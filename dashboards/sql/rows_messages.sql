-- grain: one row per conversation whose messages a figure counted
-- owner: reports
SELECT message.conversation_id, any_value(contact.name) AS contact, message.inbox_id, message.channel,
       count(*) FILTER (WHERE message.direction = 'inbound') AS inbound_count,
       count(*) FILTER (WHERE message.direction = 'outbound') AS outbound_count,
       min(message.message_at) AS first_message_at, max(message.message_at) AS last_message_at
FROM lake.marts.fct_message AS message
LEFT JOIN lake.marts.dim_contact AS contact
  ON contact.workspace_id = message.workspace_id AND contact.contact_id = message.contact_id
WHERE message.workspace_id = $workspace_id
  AND list_contains($inbox_ids, message.inbox_id)
  AND ($channels IS NULL OR list_contains($channels, message.channel))
  AND ($agent_ids IS NULL OR message.episode_id IN (
        SELECT episode_id FROM lake.marts.fct_episode
        WHERE workspace_id = $workspace_id AND list_contains($agent_ids, assignee_id)))
  AND ($author_ids IS NULL OR list_contains($author_ids, message.author_id))
  AND message.day BETWEEN $from_day AND $to_day
  AND ($direction IS NULL OR message.direction = $direction)
  AND ($weekday IS NULL OR isodow(message.day) = $weekday)
  AND ($hour IS NULL OR message.hour = $hour)
GROUP BY message.conversation_id, message.inbox_id, message.channel
ORDER BY last_message_at DESC, message.conversation_id
LIMIT $limit
