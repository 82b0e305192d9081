-- grain: one row per message
-- owner: pipelines
-- scope: conversation
-- key: message_id
-- description: Every message, what it says and how far it came.
-- column: workspace_id VARCHAR: The business.
-- column: message_id VARCHAR: The message.
-- column: conversation_id VARCHAR: The conversation it belongs to today.
-- column: episode_id VARCHAR: The episode it falls in; NULL for imported phone history and for what was never sent.
-- column: inbox_id VARCHAR: The inbox.
-- column: channel VARCHAR: The channel.
-- column: contact_id VARCHAR: The contact on the other side.
-- column: direction VARCHAR: inbound or outbound.
-- column: kind VARCHAR: text, image, audio, video, document, reply, template …
-- column: author_kind VARCHAR: contact, agent, bot, system or integration.
-- column: author_id VARCHAR: Which one.
-- column: origin VARCHAR: How an outbound message came about: typed, suggestion, canned, template, bot, campaign, import …
-- column: message_at TIMESTAMPTZ: When it was written.
-- column: message_us BIGINT: The same, microseconds since 1970, UTC.
-- column: day DATE: Local day in the workspace's zone.
-- column: hour INT: Local hour, 0 to 23.
-- column: text VARCHAR: What it says, after edits.
-- column: text_length INT: Characters of the text.
-- column: language VARCHAR: ISO 639-1 code, or NULL where it cannot be told.
-- column: delivery_status VARCHAR: How far an outbound message came.
-- column: delivered_at TIMESTAMPTZ: First report of delivered.
-- column: read_at TIMESTAMPTZ: First report of read.
-- column: failed_at TIMESTAMPTZ: First report of failure.
-- column: error_code VARCHAR: Code of the failure.
-- column: is_history BOOLEAN: True when it was imported from a phone's history.
SELECT message.workspace_id, message.message_id, message.conversation_id,
       CASE WHEN is_counted THEN message.conversation_id || '/' || episode.episode_number END AS episode_id,
       inbox_id, channel, contact_id, direction, kind, author_kind, author_id, origin,
       make_timestamptz(message_us) AS message_at, message_us, day, hour, text, CAST(length(text) AS INT) AS text_length, language,
       delivery_status, make_timestamptz(delivered_us) AS delivered_at, make_timestamptz(read_us) AS read_at,
       make_timestamptz(failed_us) AS failed_at, error_code, is_history
FROM messages AS message
LEFT JOIN episodes AS episode
       ON episode.conversation_id = CASE WHEN message.is_counted THEN message.conversation_id END
      AND message.position >= episode.start_position AND message.position < episode.end_position
WHERE message.conversation_id IN (SELECT conversation_id FROM touched)
