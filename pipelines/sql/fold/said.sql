-- grain: one row per fresh event that says something of a conversation, a contact, the house or a message told elsewhere
-- owner: pipelines
WITH parsed AS (
    SELECT workspace_id, key, type, conversation_id, inbox_id, channel, contact_id, actor_kind, actor_id, occurred_us,
           from_json(payload, '{"message_id": "VARCHAR", "message_ref": "VARCHAR", "status": "VARCHAR", "text": "VARCHAR", "code": "VARCHAR",
                                "errors": [{"code": "VARCHAR"}], "will_retry_us": "BIGINT", "assignee_id": "VARCHAR", "outcome": "VARCHAR",
                                "reason": "VARCHAR", "tag": "VARCHAR", "tags": ["VARCHAR"], "identities": "JSON",
                                "contact_ids": ["VARCHAR"], "watermark_us": "BIGINT", "links": [{"contact_id": "VARCHAR", "other": "VARCHAR"}]}') AS said,
           CASE WHEN type IN ('workspace.created', 'inbox.created', 'person.added', 'person.changed', 'contact.named') THEN payload END AS payload
    FROM fresh
    WHERE type LIKE 'conversation.%'
       OR type IN ('message.status_reported', 'message.watermark_reported', 'message.edited', 'message.revoked', 'send.attempted', 'send.accepted', 'send.failed',
                   'send.unresolved', 'send.retried', 'send.cancelled', 'contact.identified', 'contact.joined', 'contact.parted', 'contact.named', 'workspace.created', 'inbox.created',
                   'person.added', 'person.changed')
)
SELECT workspace_id, key, type, conversation_id, inbox_id, channel, contact_id, actor_kind, actor_id, occurred_us,
       said.message_id AS message_id, said.message_ref AS message_ref, said.status AS status, said.text AS text,
       coalesce(said.code, said.errors[1].code) AS error_code, said.will_retry_us AS will_retry_us, said.assignee_id AS assignee_id,
       said.outcome AS outcome, said.reason AS reason, said.tag AS tag, said.tags AS tags, said.identities AS identities, said.contact_ids AS contact_ids,
       said.links AS links, said.watermark_us AS until_us, payload
FROM parsed
