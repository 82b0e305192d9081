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
  AND message.inbox_id IN (SELECT unnest($inbox_ids))
  AND ($channels IS NULL OR message.channel IN (SELECT unnest($channels)))
  AND ($agent_ids IS NULL OR message.episode_id IN (
        SELECT episode_id FROM lake.marts.fct_episode
        WHERE workspace_id = $workspace_id AND assignee_id IN (SELECT unnest($agent_ids))))
  AND ($author_ids IS NULL OR message.author_id IN (SELECT unnest($author_ids)))
  AND message.day BETWEEN $from_day AND $to_day
  AND ($direction IS NULL OR message.direction = $direction)
  AND ($weekday IS NULL OR isodow(message.day) = $weekday)
  AND ($hour IS NULL OR message.hour = $hour)
GROUP BY message.conversation_id, message.inbox_id, message.channel
ORDER BY last_message_at DESC, message.conversation_id
LIMIT $limit
