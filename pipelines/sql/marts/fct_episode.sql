-- grain: one row per episode
-- owner: pipelines
-- scope: conversation
-- key: episode_id
-- description: A matter from its opening to its resolution; a conversation that is opened again has several.
-- column: workspace_id VARCHAR: The business.
-- column: episode_id VARCHAR: The episode.
-- column: conversation_id VARCHAR: The conversation.
-- column: episode_number BIGINT: From 1, in order of time.
-- column: inbox_id VARCHAR: The inbox.
-- column: channel VARCHAR: The channel.
-- column: contact_id VARCHAR: The contact.
-- column: opened_at TIMESTAMPTZ: When it began.
-- column: opened_us BIGINT: The same, microseconds since 1970, UTC.
-- column: opened_day DATE: Local day of its beginning.
-- column: opened_by VARCHAR: contact, agent or import.
-- column: resolved_at TIMESTAMPTZ: When it was first resolved; NULL while open.
-- column: resolved_us BIGINT: The same, microseconds since 1970, UTC.
-- column: resolved_day DATE: Local day of its resolution.
-- column: outcome VARCHAR: done, abandoned, disconnected or another word.
-- column: resolved_by VARCHAR: Who resolved it.
-- column: assignee_id VARCHAR: Who is credited with it: whoever held it at its resolution, else who held it last before within it, else the agent who resolved it; while it is open, who holds it now.
-- column: resolution_s DOUBLE: Seconds from beginning to resolution; NULL where the beginning is not known.
-- column: resolution_business_s DOUBLE: The same within business hours; NULL as long as there are no calendars.
-- column: first_response_at TIMESTAMPTZ: When a person first answered the contact's first message.
-- column: first_response_s DOUBLE: Seconds the contact waited for that.
-- column: first_response_business_s DOUBLE: The same within business hours; NULL as long as there are no calendars.
-- column: first_response_agent_id VARCHAR: Who gave it.
-- column: inbound_count BIGINT: Messages of the contact.
-- column: outbound_count BIGINT: Messages to the contact.
-- column: agent_count BIGINT: Messages that agents wrote.
-- column: is_reopened BOOLEAN: True for every episode but a conversation's first.
-- column: is_open BOOLEAN: True while nobody has resolved it.
-- column: tags VARCHAR[]: Tags on the conversation at its resolution, or now while it is open, sorted.
WITH counted AS (
    SELECT conversation_no, episode_number, count(CASE WHEN is_inbound THEN 1 END) AS inbound_count,
           count(CASE WHEN NOT is_inbound THEN 1 END) AS outbound_count, count(agent_no) AS agent_count
    FROM spoken
    WHERE episode_number IS NOT NULL
    GROUP BY conversation_no, episode_number
),
tenure AS (
    SELECT conversation_no, assignee_id, occurred_us, key, lead(occurred_us) OVER (PARTITION BY conversation_no ORDER BY occurred_us, key) AS until_us
    FROM deed
    WHERE type = 'conversation.assigned'
),
held AS (
    SELECT episode.conversation_no, episode.episode_number, assignee_id,
           row_number() OVER (PARTITION BY episode.conversation_no, episode.episode_number ORDER BY occurred_us DESC, key DESC) AS recency
    FROM tenure
    JOIN episode ON episode.conversation_no = tenure.conversation_no
    WHERE assignee_id IS NOT NULL
      AND (until_us IS NULL OR (until_us > opened_us AND resolved_us IS NOT NULL))
      AND (resolved_us IS NULL OR occurred_us <= resolved_us)
),
tagged AS (
    SELECT episode.conversation_no, episode.episode_number, tag, is_on,
           row_number() OVER (PARTITION BY episode.conversation_no, episode.episode_number, tag
                              ORDER BY occurred_us DESC, is_on DESC, key DESC) AS recency
    FROM tagging
    JOIN episode ON episode.conversation_no = tagging.conversation_no
    WHERE resolved_us IS NULL OR occurred_us <= resolved_us
),
labelled AS (
    SELECT conversation_no, episode_number, list(tag ORDER BY tag) AS tags
    FROM tagged
    WHERE recency = 1 AND is_on
    GROUP BY conversation_no, episode_number
),
dated AS (
    SELECT episode.*, conversation.*, CAST(floor(opened_us / 900000000) AS BIGINT) AS opened_quarter,
           CAST(floor(resolved_us / 900000000) AS BIGINT) AS resolved_quarter
    FROM episode
    JOIN conversation ON conversation.conversation_no = episode.conversation_no
)
SELECT dated.workspace_id, dated.conversation_id || '/' || dated.episode_number AS episode_id, dated.conversation_id,
       CAST(dated.episode_number AS BIGINT) AS episode_number,
       dated.inbox_id, dated.channel, dated.contact_id, make_timestamptz(opened_us) AS opened_at, opened_us,
       DATE '1970-01-01' + CAST(floor((opened_us - opened.quarter * 900000000 + opened.local_us) / 86400000000) AS INT) AS opened_day, opened_by,
       make_timestamptz(resolved_us) AS resolved_at, resolved_us,
       DATE '1970-01-01' + CAST(floor((resolved_us - resolved.quarter * 900000000 + resolved.local_us) / 86400000000) AS INT) AS resolved_day,
       outcome, resolved_by, coalesce(held.assignee_id, resolving_agent_id) AS assignee_id,
       CASE WHEN start_position % 8 <> 4 THEN CAST(resolved_us - opened_us AS DOUBLE) / 1000000 END AS resolution_s,
       CAST(NULL AS DOUBLE) AS resolution_business_s,
       make_timestamptz(wait.responded_us) AS first_response_at, wait.reply_s AS first_response_s,
       CAST(NULL AS DOUBLE) AS first_response_business_s, agent.agent_id AS first_response_agent_id,
       coalesce(inbound_count, 0) AS inbound_count, coalesce(outbound_count, 0) AS outbound_count, coalesce(agent_count, 0) AS agent_count,
       dated.episode_number > 1 AS is_reopened, resolved_us IS NULL AS is_open, coalesce(tags, []) AS tags
FROM dated
LEFT JOIN zoned AS opened ON opened.workspace_id = dated.workspace_id AND opened.quarter = dated.opened_quarter
LEFT JOIN zoned AS resolved ON resolved.workspace_id = dated.workspace_id AND resolved.quarter = dated.resolved_quarter
LEFT JOIN counted ON counted.conversation_no = dated.conversation_no AND counted.episode_number = dated.episode_number
LEFT JOIN wait ON wait.conversation_no = dated.conversation_no AND wait.episode_number = dated.episode_number AND wait.is_first
LEFT JOIN agent ON agent.agent_no = wait.agent_no
LEFT JOIN held ON held.conversation_no = dated.conversation_no AND held.episode_number = dated.episode_number AND held.recency = 1
LEFT JOIN labelled ON labelled.conversation_no = dated.conversation_no AND labelled.episode_number = dated.episode_number
