-- grain: one row per wait of a contact
-- owner: pipelines
-- scope: conversation
-- key: response_id
-- description: A wait starts at the contact's first message since a person last wrote, and ends at the next message of a person; bots end none.
-- column: workspace_id VARCHAR: The business.
-- column: response_id VARCHAR: The wait.
-- column: conversation_id VARCHAR: The conversation.
-- column: episode_id VARCHAR: The episode.
-- column: inbox_id VARCHAR: The inbox.
-- column: channel VARCHAR: The channel.
-- column: contact_id VARCHAR: Who waited.
-- column: kind VARCHAR: first for the wait that began with the contact's first message of the episode, else later.
-- column: wait_started_at TIMESTAMPTZ: When the wait began.
-- column: wait_started_us BIGINT: The same, microseconds since 1970, UTC.
-- column: responded_at TIMESTAMPTZ: When a person answered; NULL while nobody has.
-- column: responded_us BIGINT: The same, microseconds since 1970, UTC.
-- column: day DATE: Local day of the answer, or of the wait's start where there is none.
-- column: agent_id VARCHAR: Who answered; NULL for nobody and for what was written on the phone app.
-- column: reply_s DOUBLE: Seconds waited, by the clock on the wall.
-- column: reply_business_s DOUBLE: Seconds waited within business hours; NULL as long as there are no calendars.
-- column: is_censored BOOLEAN: True where nobody has answered.
WITH message AS (
    SELECT message.workspace_id, message.conversation_id, episode.episode_number, inbox_id, channel, contact_id, author_kind,
           author_id, is_by_person, message_us, position, key, day
    FROM messages AS message
    JOIN episodes AS episode
      ON episode.conversation_id = message.conversation_id
     AND message.position >= episode.start_position AND message.position < episode.end_position
    WHERE message.is_counted AND (direction = 'inbound' OR is_by_person)
      AND message.conversation_id IN (SELECT conversation_id FROM touched)
),
turned AS (
    SELECT *,
           coalesce(sum(CASE WHEN is_by_person THEN 1 ELSE 0 END) OVER (
               PARTITION BY conversation_id, episode_number ORDER BY position, key
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS turn,
           coalesce(sum(CASE WHEN is_by_person THEN 0 ELSE 1 END) OVER (
               PARTITION BY conversation_id, episode_number ORDER BY position, key
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS heard
    FROM message
),
wait AS (
    SELECT min(workspace_id) AS workspace_id, conversation_id, episode_number, turn, min(inbox_id) AS inbox_id,
           min(channel) AS channel, min(contact_id) AS contact_id, min(heard) AS heard,
           min(CASE WHEN NOT is_by_person THEN message_us END) AS wait_started_us,
           min(CASE WHEN NOT is_by_person THEN day END) AS start_day,
           max(CASE WHEN is_by_person THEN message_us END) AS responded_us,
           max(CASE WHEN is_by_person THEN day END) AS response_day,
           max(CASE WHEN is_by_person AND author_kind = 'agent' THEN author_id END) AS agent_id
    FROM turned
    GROUP BY conversation_id, episode_number, turn
)
SELECT workspace_id, conversation_id || '/' || episode_number || '/' || CAST(turn AS BIGINT) AS response_id, conversation_id,
       conversation_id || '/' || episode_number AS episode_id, inbox_id, channel, contact_id,
       CASE WHEN heard = 0 THEN 'first' ELSE 'later' END AS kind,
       make_timestamptz(wait_started_us) AS wait_started_at, wait_started_us,
       make_timestamptz(responded_us) AS responded_at, responded_us, coalesce(response_day, start_day) AS day, agent_id,
       CAST(responded_us - wait_started_us AS DOUBLE) / 1000000 AS reply_s, CAST(NULL AS DOUBLE) AS reply_business_s,
       responded_us IS NULL AS is_censored
FROM wait
WHERE wait_started_us IS NOT NULL
