-- grain: one row per conversation, as it is or was called, that the fresh events say something of
-- owner: pipelines
SELECT place.canonical_id AS conversation_id
FROM lake.staging.conversations AS place
WHERE place.conversation_id IN (SELECT conversation_id FROM fresh WHERE conversation_id IS NOT NULL)
UNION
SELECT conversation_id
FROM lake.staging.messages
WHERE message_id IN (SELECT message_id FROM changed_messages)
   OR told_conversation_id IN (SELECT conversation_id FROM fresh WHERE conversation_id IS NOT NULL)
UNION
SELECT coalesce(payload ->> '$.message_id', '') FROM fresh WHERE conversation_id IS NULL AND type LIKE 'message.%'
UNION
SELECT canonical_id FROM lake.staging.conversations WHERE contact_id IN (SELECT contact_id FROM merged_contacts)
UNION
SELECT conversation_id FROM lake.staging.conversations WHERE contact_id IN (SELECT contact_id FROM merged_contacts)
UNION
SELECT conversation_id_of(place.workspace_id, place.inbox_id, alias.contact_id)
FROM (
    SELECT DISTINCT workspace_id, inbox_id, canonical_contact_id
    FROM lake.staging.conversations
    WHERE contact_id IN (SELECT contact_id FROM merged_contacts)
) AS place
JOIN lake.staging.contact_alias AS alias ON alias.canonical_id = place.canonical_contact_id
UNION
SELECT canonical_id
FROM lake.staging.conversations
WHERE workspace_id IN (SELECT workspace_id FROM fresh WHERE type = 'workspace.created')
