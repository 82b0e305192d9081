-- grain: one row per assignment of a conversation to somebody
-- owner: pipelines
-- scope: conversation
-- key: workspace_id, assignment_id
-- description: Who was given what, when, and by whom.
-- column: workspace_id VARCHAR: The business.
-- column: assignment_id VARCHAR: Natural key of the event.
-- column: conversation_id VARCHAR: The conversation.
-- column: inbox_id VARCHAR: The inbox.
-- column: channel VARCHAR: The channel.
-- column: contact_id VARCHAR: The contact.
-- column: assignee_id VARCHAR: Whoever holds it from then on.
-- column: assigned_by VARCHAR: Whoever assigned it, where a person did.
-- column: assigned_at TIMESTAMPTZ: When.
-- column: assigned_us BIGINT: The same, microseconds since 1970, UTC.
-- column: day DATE: Local day in the workspace's zone.
WITH assigned AS (
    SELECT event.workspace_id, event.key, place.canonical_id AS conversation_id, inbox_id, channel, canonical_contact_id AS contact_id,
           assignee_id, CASE WHEN actor_kind = 'agent' THEN actor_id END AS assigned_by, occurred_us,
           CAST(floor(occurred_us / 900000000) AS BIGINT) AS quarter
    FROM conversation_events AS event
    JOIN conversations AS place ON place.conversation_id = event.conversation_id
    WHERE event.type = 'conversation.assigned' AND assignee_id IS NOT NULL
      AND place.canonical_id IN (SELECT conversation_id FROM touched)
),
zoned AS (
    SELECT moment.workspace_id, moment.quarter,
           epoch_us(timezone(coalesce(zone.timezone, 'UTC'), make_timestamptz(moment.quarter * 900000000)))
             - moment.quarter * 900000000 AS offset_us
    FROM (SELECT DISTINCT workspace_id, quarter FROM assigned) AS moment
    LEFT JOIN lake.marts.dim_workspace AS zone ON zone.workspace_id = moment.workspace_id
)
SELECT assigned.workspace_id, assigned.key AS assignment_id, conversation_id, inbox_id, channel, contact_id, assignee_id, assigned_by,
       make_timestamptz(occurred_us) AS assigned_at, occurred_us AS assigned_us,
       DATE '1970-01-01' + CAST(floor((occurred_us + offset_us) / 86400000000) AS INT) AS day
FROM assigned
JOIN zoned ON zoned.workspace_id = assigned.workspace_id AND zoned.quarter = assigned.quarter
