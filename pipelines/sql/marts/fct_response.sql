-- grain: one row per wait of a contact
-- owner: pipelines
-- scope: conversation
-- key: response_id
-- description: A wait starts at the contact's first message since a person last wrote, and ends at the next message of a person; bots end none. Where the business opens the conversation again after a resolution, the wait goes on; a new message of the contact after a resolution starts another.
-- column: workspace_id VARCHAR: The business.
-- column: response_id VARCHAR: The wait.
-- column: conversation_id VARCHAR: The conversation.
-- column: episode_id VARCHAR: The episode it began in.
-- column: inbox_id VARCHAR: The inbox.
-- column: channel VARCHAR: The channel.
-- column: contact_id VARCHAR: Who waited.
-- column: kind VARCHAR: first for the first wait that began in the episode, else later.
-- column: wait_started_at TIMESTAMPTZ: When the wait began.
-- column: wait_started_us BIGINT: The same, microseconds since 1970, UTC.
-- column: responded_at TIMESTAMPTZ: When a person answered; NULL while nobody has.
-- column: responded_us BIGINT: The same, microseconds since 1970, UTC.
-- column: day DATE: Local day of the answer, or of the wait's start where there is none.
-- column: agent_id VARCHAR: Who answered; NULL for nobody and for what was written on the phone app.
-- column: reply_s DOUBLE: Seconds waited, by the clock on the wall.
-- column: reply_business_s DOUBLE: Seconds waited within business hours; NULL as long as there are no calendars.
-- column: is_censored BOOLEAN: True where nobody has answered, whether the contact still waits (closed_us NULL) or the conversation was resolved.
-- column: closed_at TIMESTAMPTZ: When the conversation was resolved without an answer; NULL where somebody answered or the contact still waits.
-- column: closed_us BIGINT: The same, microseconds since 1970, UTC.
-- column: censored_s DOUBLE: Seconds waited until then.
SELECT workspace_id, conversation_id || '/' || episode_number || '/' || turn AS response_id, conversation_id,
       conversation_id || '/' || episode_number AS episode_id, inbox_id, channel, contact_id,
       CASE WHEN is_first THEN 'first' ELSE 'later' END AS kind,
       make_timestamptz(wait_started_us) AS wait_started_at, wait_started_us,
       make_timestamptz(responded_us) AS responded_at, responded_us, DATE '1970-01-01' + CAST(floor(local_hours / 24) AS INT) AS day, agent_id,
       reply_s, CAST(NULL AS DOUBLE) AS reply_business_s, responded_us IS NULL AS is_censored,
       make_timestamptz(closed_us) AS closed_at, closed_us, CAST(closed_us - wait_started_us AS DOUBLE) / 1000000 AS censored_s
FROM wait
JOIN conversation ON conversation.conversation_no = wait.conversation_no
LEFT JOIN agent ON agent.agent_no = wait.agent_no
