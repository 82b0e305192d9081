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
-- column: assignee_id VARCHAR: Who held it at its resolution, or holds it now.
-- column: resolution_s DOUBLE: Seconds from beginning to resolution; NULL where the beginning is not known.
-- column: first_response_at TIMESTAMPTZ: When a person first answered the contact's first message.
-- column: first_response_s DOUBLE: Seconds the contact waited for that.
-- column: first_response_agent_id VARCHAR: Who gave it.
-- column: inbound_count BIGINT: Messages of the contact.
-- column: outbound_count BIGINT: Messages to the contact.
-- column: agent_count BIGINT: Messages that agents wrote.
-- column: is_reopened BOOLEAN: True for every episode but a conversation's first.
-- column: is_open BOOLEAN: True while nobody has resolved it.
WITH place AS (
    SELECT canonical_id AS conversation_id, min(inbox_id) AS inbox_id, min(channel) AS channel, min(canonical_contact_id) AS contact_id
    FROM conversations
    WHERE canonical_id IN (SELECT conversation_id FROM touched)
    GROUP BY canonical_id
),
counted AS (
    SELECT episode_id, count(CASE WHEN direction = 'inbound' THEN 1 END) AS inbound_count,
           count(CASE WHEN direction = 'outbound' THEN 1 END) AS outbound_count,
           count(CASE WHEN direction = 'outbound' AND author_kind = 'agent' THEN 1 END) AS agent_count
    FROM fct_message
    WHERE episode_id IS NOT NULL AND conversation_id IN (SELECT conversation_id FROM touched)
    GROUP BY episode_id
),
answered AS (
    SELECT episode_id, responded_at, reply_s, agent_id
    FROM fct_response
    WHERE kind = 'first' AND conversation_id IN (SELECT conversation_id FROM touched)
),
assigned AS (
    SELECT episode.conversation_id, episode.episode_number, event.assignee_id,
           row_number() OVER (PARTITION BY episode.conversation_id, episode.episode_number
                              ORDER BY event.occurred_us DESC, event.key DESC) AS recency
    FROM conversation_events AS event
    JOIN conversations AS told ON told.conversation_id = event.conversation_id
    JOIN episodes AS episode
      ON episode.conversation_id = told.canonical_id
     AND event.occurred_us <= coalesce(episode.resolved_us, CAST(floor(episode.end_position / 8) AS BIGINT))
    WHERE event.type = 'conversation.assigned' AND told.canonical_id IN (SELECT conversation_id FROM touched)
),
dated AS (
    SELECT episode.*, CAST(floor(opened_us / 900000000) AS BIGINT) AS opened_quarter,
           CAST(floor(resolved_us / 900000000) AS BIGINT) AS resolved_quarter
    FROM episodes AS episode
    WHERE conversation_id IN (SELECT conversation_id FROM touched)
),
zoned AS (
    SELECT moment.workspace_id, moment.quarter,
           epoch_us(timezone(coalesce(zone.timezone, 'UTC'), make_timestamptz(moment.quarter * 900000000)))
             - moment.quarter * 900000000 AS offset_us
    FROM (SELECT workspace_id, opened_quarter AS quarter FROM dated UNION SELECT workspace_id, resolved_quarter FROM dated) AS moment
    LEFT JOIN lake.marts.dim_workspace AS zone ON zone.workspace_id = moment.workspace_id
    WHERE moment.quarter IS NOT NULL
)
SELECT dated.workspace_id, dated.conversation_id || '/' || dated.episode_number AS episode_id, dated.conversation_id, dated.episode_number,
       place.inbox_id, place.channel, place.contact_id, make_timestamptz(opened_us) AS opened_at, opened_us,
       DATE '1970-01-01' + CAST(floor((opened_us + opened.offset_us) / 86400000000) AS INT) AS opened_day, opened_by,
       make_timestamptz(resolved_us) AS resolved_at, resolved_us,
       DATE '1970-01-01' + CAST(floor((resolved_us + resolved.offset_us) / 86400000000) AS INT) AS resolved_day,
       outcome, resolved_by, assigned.assignee_id AS assignee_id,
       CASE WHEN start_position % 8 <> 4 THEN CAST(resolved_us - opened_us AS DOUBLE) / 1000000 END AS resolution_s,
       answered.responded_at AS first_response_at, answered.reply_s AS first_response_s, answered.agent_id AS first_response_agent_id,
       coalesce(inbound_count, 0) AS inbound_count, coalesce(outbound_count, 0) AS outbound_count, coalesce(agent_count, 0) AS agent_count,
       dated.episode_number > 1 AS is_reopened, resolved_us IS NULL AS is_open
FROM dated
LEFT JOIN place ON place.conversation_id = dated.conversation_id
LEFT JOIN zoned AS opened ON opened.workspace_id = dated.workspace_id AND opened.quarter = dated.opened_quarter
LEFT JOIN zoned AS resolved ON resolved.workspace_id = dated.workspace_id AND resolved.quarter = dated.resolved_quarter
LEFT JOIN counted ON counted.episode_id = dated.conversation_id || '/' || dated.episode_number
LEFT JOIN answered ON answered.episode_id = dated.conversation_id || '/' || dated.episode_number
LEFT JOIN assigned ON assigned.conversation_id = dated.conversation_id AND assigned.episode_number = dated.episode_number
                  AND assigned.recency = 1
