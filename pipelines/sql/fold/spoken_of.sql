-- grain: one row per contact id that the fresh events say something of
-- owner: pipelines
SELECT contact_id FROM told WHERE contact_id IS NOT NULL
UNION
SELECT contact_id FROM said WHERE contact_id IS NOT NULL
UNION
SELECT unnest(contact_ids) FROM said
UNION
SELECT contact_id FROM changed WHERE contact_id IS NOT NULL
UNION
SELECT contact_id
FROM lake.staging.conversations
WHERE conversation_id IN (SELECT told_conversation_id FROM told UNION SELECT conversation_id FROM said)
   OR workspace_id IN (SELECT workspace_id FROM said WHERE type = 'workspace.created')
