-- grain: one row per message
-- owner: pipelines
-- description: What order, episodes and waits need to know of a message, in numbers; `local_hours` are hours of the local clock since 1970.
-- `is_asking`: a contact wrote it, no out-of-office notice did; such messages alone start a wait, and reopen what was resolved.
SELECT told.message_no, conversation_no, message_us, key, is_inbound,
       NOT is_inbound AND author_kind IN ('agent', 'integration') AS is_by_person, is_inbound AND NOT is_auto AS is_asking, agent_no,
       coalesce(is_never_sent, FALSE) AS is_never_sent, is_history, NOT is_history AND NOT coalesce(is_never_sent, FALSE) AS is_counted,
       CAST(floor(local_us / 3600000000) AS INT) AS local_hours, CASE WHEN is_inbound THEN language END AS language
FROM told
JOIN called ON called.conversation_id = told.told_conversation_id
JOIN zoned ON zoned.workspace_id = told.workspace_id AND zoned.quarter = told.quarter
LEFT JOIN outcome ON outcome.message_no = told.message_no
LEFT JOIN agent ON agent.agent_id = CASE WHEN author_kind = 'agent' AND NOT is_inbound AND NOT coalesce(is_never_sent, FALSE) THEN author_id END
