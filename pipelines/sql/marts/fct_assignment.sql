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
SELECT deed.workspace_id, key AS assignment_id, conversation_id, inbox_id, channel, contact_id, assignee_id,
       CASE WHEN actor_kind = 'agent' THEN actor_id END AS assigned_by, make_timestamptz(occurred_us) AS assigned_at, occurred_us AS assigned_us,
       DATE '1970-01-01' + CAST(floor((occurred_us - zoned.quarter * 900000000 + local_us) / 86400000000) AS INT) AS day
FROM deed
JOIN conversation ON conversation.conversation_no = deed.conversation_no
JOIN zoned ON zoned.workspace_id = deed.workspace_id AND zoned.quarter = deed.quarter
WHERE type = 'conversation.assigned' AND assignee_id IS NOT NULL
