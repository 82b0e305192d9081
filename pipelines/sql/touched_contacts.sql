-- grain: one row per contact, as it is or was called, that the fresh events say something of
-- owner: pipelines
SELECT canonical_contact_id AS contact_id
FROM lake.staging.conversations
WHERE canonical_id IN (SELECT conversation_id FROM touched)
UNION
SELECT contact_id FROM lake.staging.messages WHERE conversation_id IN (SELECT conversation_id FROM touched)
UNION
SELECT contact_id FROM merged_contacts
UNION
SELECT contact_id FROM fresh WHERE contact_id IS NOT NULL
UNION
SELECT canonical_id FROM lake.staging.contact_alias WHERE contact_id IN (SELECT contact_id FROM fresh)
