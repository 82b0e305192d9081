-- grain: one row per opened-to-resolved stretch of a conversation that a figure counted; row_count is how many there are in all
-- owner: reports
SELECT episode.conversation_id, episode.contact_id, contact.name AS contact, episode.inbox_id, episode.channel,
       episode.assignee_id AS agent_id, episode.episode_number, episode.opened_at, episode.resolved_at, episode.outcome,
       episode.first_response_s, episode.resolution_s, episode.inbound_count, episode.outbound_count, episode.tags,
       count(*) OVER () AS row_count
FROM lake.marts.fct_episode AS episode
LEFT JOIN lake.marts.dim_contact AS contact
  ON contact.workspace_id = episode.workspace_id AND contact.contact_id = episode.contact_id
WHERE episode.workspace_id = $workspace_id
  AND list_contains($inbox_ids, episode.inbox_id)
  AND ($channels IS NULL OR list_contains($channels, episode.channel))
  AND ($agent_ids IS NULL OR list_contains($agent_ids, episode.assignee_id))
  AND ($person_ids IS NULL OR list_contains($person_ids, coalesce(episode.assignee_id, '')))
  AND ($tag IS NULL OR list_contains(episode.tags, $tag))
  AND CASE $which
        WHEN 'opened' THEN opened_day BETWEEN $from_day AND $to_day
        WHEN 'reopened' THEN opened_day BETWEEN $from_day AND $to_day AND episode_number > 1
        WHEN 'resolved' THEN resolved_day BETWEEN $from_day AND $to_day
        WHEN 'backlog' THEN opened_day <= $to_day AND (resolved_day IS NULL OR resolved_day > $to_day)
        ELSE false END
ORDER BY episode.opened_us DESC, episode.episode_id
LIMIT $limit
