-- grain: one row per message that a fresh status, outbox step, edit or withdrawal speaks of
-- owner: pipelines
WITH said AS (
    SELECT from_json(payload, '{"message_id": "VARCHAR", "message_ref": "VARCHAR"}') AS said
    FROM fresh
    WHERE type IN ('message.status_reported', 'message.edited', 'message.revoked', 'send.attempted', 'send.accepted',
                   'send.failed', 'send.unresolved', 'send.cancelled')
)
SELECT said.message_id AS message_id FROM said WHERE said.message_id IS NOT NULL
UNION
SELECT said.message_ref FROM said WHERE said.message_ref IS NOT NULL
UNION
SELECT message_id
FROM lake.staging.message_changes
WHERE change = 'send.accepted' AND message_ref IN (SELECT said.message_ref FROM said)
