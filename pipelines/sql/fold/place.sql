-- grain: one row per conversation id as told, of those touched
-- owner: pipelines
WITH again AS (
    SELECT workspace_id, told_conversation_id AS conversation_id, inbox_id, channel, contact_id
    FROM told
    WHERE NOT is_stray
    GROUP BY workspace_id, told_conversation_id, inbox_id, channel, contact_id
    UNION ALL
    SELECT workspace_id, conversation_id, inbox_id, channel, contact_id
    FROM said
    WHERE type LIKE 'conversation.%' AND conversation_id IS NOT NULL
    UNION ALL
    SELECT workspace_id, conversation_id, inbox_id, channel, contact_id
    FROM known_conversations
),
one AS (
    SELECT conversation_id, min(workspace_id) AS workspace_id, min(inbox_id) AS inbox_id, min(channel) AS channel,
           min(contact_id) AS contact_id
    FROM again
    GROUP BY conversation_id
),
-- A join, not a CASE over all: where no contact was merged, the Python function is never called and pandas never imported.
merged AS (
    SELECT one.conversation_id,
           CASE WHEN one.conversation_id = conversation_id_of(one.workspace_id, one.inbox_id, one.contact_id)
                THEN conversation_id_of(one.workspace_id, one.inbox_id, alias.canonical_id) END AS canonical_id
    FROM one
    JOIN touched_alias AS alias ON alias.contact_id = one.contact_id AND alias.canonical_id <> one.contact_id
)
SELECT one.workspace_id, one.conversation_id, one.inbox_id, one.channel, one.contact_id,
       coalesce(merged.canonical_id, one.conversation_id) AS canonical_id,
       coalesce(alias.canonical_id, one.contact_id) AS canonical_contact_id,
       coalesce(customer.customer_id, alias.canonical_id, one.contact_id) AS customer_id
FROM one
LEFT JOIN merged ON merged.conversation_id = one.conversation_id
LEFT JOIN touched_alias AS alias ON alias.contact_id = one.contact_id
LEFT JOIN lake.staging.customer_contacts AS customer ON customer.contact_id = coalesce(alias.canonical_id, one.contact_id)
