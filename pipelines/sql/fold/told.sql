-- grain: one row per telling of a message among the fresh events
-- owner: pipelines
-- description: `message_no` names a telling within a run and nowhere else. A reaction that we sent is no message: it answers nobody.
WITH parsed AS (
    SELECT seq, workspace_id, key, type, conversation_id, inbox_id, channel, contact_id, actor_kind, actor_id, occurred_us,
           from_json(payload, '{"message_id": "VARCHAR", "message_ref": "VARCHAR", "kind": "VARCHAR", "text": "VARCHAR",
                                "language": "VARCHAR", "origin": "VARCHAR", "source": "VARCHAR", "is_history": "BOOLEAN",
                                "is_import": "BOOLEAN", "identities": "JSON", "is_claimed": "BOOLEAN", "content": {"auto": "BOOLEAN"}}') AS said
    FROM fresh
    WHERE type IN ('message.received', 'message.echoed', 'message.requested')
      AND (type <> 'message.requested' OR payload NOT LIKE '%"reaction"%' OR (payload ->> '$.kind') IS DISTINCT FROM 'reaction')
)
SELECT seq AS message_no, workspace_id, key, said.message_id AS message_id,
       CASE WHEN said.message_ref <> said.message_id THEN said.message_ref END AS message_ref,
       coalesce(conversation_id, said.message_id) AS told_conversation_id, inbox_id, channel, contact_id,
       type = 'message.received' AS is_inbound, said.kind AS kind, actor_kind AS author_kind, actor_id AS author_id,
       coalesce(said.origin, said.source) AS origin,
       type <> 'message.requested' OR coalesce(said.origin = 'import', FALSE) OR coalesce(said.is_import, FALSE) AS is_sent_elsewhere,
       occurred_us AS message_us, CAST(floor(occurred_us / 900000000) AS BIGINT) AS quarter, said.text AS text, said.language AS language,
       coalesce(said.is_history, FALSE) AS is_history,
       CASE WHEN type = 'message.received' THEN said.identities END AS identities, coalesce(said.is_claimed, FALSE) AS is_claimed,
       coalesce(said.content.auto, FALSE) AS is_auto, conversation_id IS NULL AS is_stray
FROM parsed
