-- grain: one row per message
-- owner: pipelines
-- scope: message
-- key: message_id
-- description: Every message, what it says and how far it came; a reaction is none.
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
-- column: text VARCHAR: What it says, after edits; NULL once it was withdrawn.
-- column: text_length INT: Characters of the text.
-- column: language VARCHAR: ISO 639-1 code, or NULL where it cannot be told.
-- column: delivery_status VARCHAR: How far an outbound message came.
-- column: delivered_at TIMESTAMPTZ: First report of delivered.
-- column: read_at TIMESTAMPTZ: First report of read.
-- column: failed_at TIMESTAMPTZ: First report of failure.
-- column: error_code VARCHAR: Code of the failure.
-- column: is_history BOOLEAN: True when it was imported from a phone's history.
-- column: is_never_sent BOOLEAN: True for what was refused or cancelled before a provider took it; it counts in no figure and ends no wait.
-- column: is_revoked BOOLEAN: True once its writer withdrew it; it counts as before, its text is gone.
-- column: is_auto BOOLEAN: True for a notice that a machine sent by itself (out of office); it starts no wait.
-- column: key VARCHAR: Natural key of the event that told it first; puts messages of one instant in order.
-- column: told_conversation_id VARCHAR: Conversation id as told, where that stands for another today.
-- column: message_ref VARCHAR: What the provider calls it, where that differs from our id.
-- column: is_sent_elsewhere BOOLEAN: True where no outbox of ours had to send it.
SELECT told.workspace_id, told.message_id, conversation_id, conversation_id || '/' || episode_number AS episode_id,
       told.inbox_id, told.channel, conversation.contact_id, CASE WHEN told.is_inbound THEN 'inbound' ELSE 'outbound' END AS direction,
       kind, author_kind, author_id, origin, make_timestamptz(told.message_us) AS message_at, told.message_us,
       DATE '1970-01-01' + CAST(floor(local_hours / 24) AS INT) AS day, CAST((local_hours % 24 + 24) % 24 AS INT) AS hour,
       CASE WHEN is_revoked THEN NULL WHEN is_edited THEN edited_text ELSE text END AS text,
       CAST(length(CASE WHEN is_revoked THEN NULL WHEN is_edited THEN edited_text ELSE text END) AS INT) AS text_length, told.language,
       CASE WHEN NOT told.is_inbound THEN coalesce(outcome.delivery_status, CASE WHEN is_sent_elsewhere THEN 'accepted' ELSE 'queued' END) END AS delivery_status,
       make_timestamptz(delivered_us) AS delivered_at, make_timestamptz(read_us) AS read_at, make_timestamptz(failed_us) AS failed_at,
       error_code, told.is_history, spoken.is_never_sent, coalesce(is_revoked, FALSE) AS is_revoked, is_auto, key, CASE WHEN told_conversation_id <> conversation_id THEN told_conversation_id END AS told_conversation_id,
       coalesce(told.message_ref, outcome.message_ref) AS message_ref, is_sent_elsewhere
FROM told
JOIN spoken ON spoken.message_no = told.message_no
JOIN conversation ON conversation.conversation_no = spoken.conversation_no
LEFT JOIN outcome ON outcome.message_no = told.message_no
