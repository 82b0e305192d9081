-- grain: one row per conversation id that events tell
-- owner: pipelines
-- scope: conversation_id
-- key: conversation_id
-- description: Which conversation an id stands for today: conversations of one inbox whose contacts are one become one, imported threads stay apart.
-- column: workspace_id VARCHAR: The business.
-- column: conversation_id VARCHAR: Conversation id as told.
-- column: inbox_id VARCHAR: The inbox it is in.
-- column: channel VARCHAR: Its channel.
-- column: contact_id VARCHAR: The contact as told.
-- column: canonical_id VARCHAR: The conversation it stands for.
-- column: canonical_contact_id VARCHAR: The contact that its contact turned out to be.
WITH told AS (
    SELECT workspace_id, conversation_id, inbox_id, channel, contact_id
    FROM fresh
    WHERE conversation_id IS NOT NULL AND (type LIKE 'conversation.%' OR type IN ('message.received', 'message.echoed', 'message.requested'))
    GROUP BY workspace_id, conversation_id, inbox_id, channel, contact_id
),
again AS (
    SELECT workspace_id, conversation_id, inbox_id, channel, contact_id FROM told
    UNION ALL
    SELECT workspace_id, conversation_id, inbox_id, channel, contact_id
    FROM lake.staging.conversations
    WHERE conversation_id IN (SELECT conversation_id FROM told)
       OR contact_id IN (SELECT contact_id FROM merged_contacts)
),
one AS (
    SELECT conversation_id, min(workspace_id) AS workspace_id, min(inbox_id) AS inbox_id, min(channel) AS channel,
           min(contact_id) AS contact_id
    FROM again
    GROUP BY conversation_id
)
SELECT one.workspace_id, one.conversation_id, one.inbox_id, one.channel, one.contact_id,
       CASE WHEN alias.canonical_id <> one.contact_id
             AND one.conversation_id = conversation_id_of(one.workspace_id, one.inbox_id, one.contact_id)
            THEN conversation_id_of(one.workspace_id, one.inbox_id, alias.canonical_id)
            ELSE one.conversation_id END AS canonical_id,
       coalesce(alias.canonical_id, one.contact_id) AS canonical_contact_id
FROM one
LEFT JOIN lake.staging.contact_alias AS alias ON alias.contact_id = one.contact_id
