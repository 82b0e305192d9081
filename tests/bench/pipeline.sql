-- grain: one row per event of a made-up business; each conversation opens, is assigned, has ten messages, and is mostly resolved
-- owner: bench
WITH conversation AS (
    SELECT n, 'cnv_' || substr(md5('c' || n), 1, 26) AS conversation_id, 'cnt_' || substr(md5('p' || n % $contacts), 1, 26) AS contact_id,
           'inb_' || n % 6 AS inbox_id, CAST(1735689600000000 + n * $spacing AS BIGINT) AS opened_us, 'agent_' || hash(n) % 50 AS agent_id
    FROM range($first, $first + $conversations) AS r(n)
),
message AS (
    SELECT conversation.*, m, CAST(opened_us + m * 45000000 + hash(n * 31 + m) % 30000000 AS BIGINT) AS us, m % 2 = 0 AS is_inbound,
           'msg_' || substr(md5(n || '/' || m), 1, 26) AS message_id
    FROM conversation CROSS JOIN range(10) AS r(m)
),
event AS (
    SELECT n, m + 2 AS step, CASE WHEN is_inbound THEN 'message.received' ELSE 'message.requested' END AS type, message_id AS key, us AS occurred_us,
           inbox_id, conversation_id, contact_id, CASE WHEN is_inbound THEN 'contact' ELSE 'agent' END AS actor_kind,
           CASE WHEN is_inbound THEN contact_id ELSE agent_id END AS actor_id,
           '{"message_id":"' || message_id || '","message_ref":"' || message_id || '","external_id":"wamid.' || message_id || '","kind":"text","text":"'
             || 'Hello, this is message ' || m || ' of conversation ' || n || ' about an order that has not arrived yet'
             || '","media":[],"content":null,"reply_to_ref":null,"language":"en","origin":' || CASE WHEN is_inbound THEN 'null' ELSE '"typed"' END
             || ',"identities":[{"kind":"phone","address":"55119' || n % $contacts || '"}],"is_history":false}' AS payload
    FROM message
    UNION ALL
    SELECT n, 12 + m, 'message.status_reported', message_id || ':read', us + 5000000, inbox_id, NULL, NULL, 'system', NULL,
           '{"message_ref":"' || message_id || '","message_id":null,"status":"read","errors":[]}'
    FROM message
    WHERE m IN (1, 5)
    UNION ALL
    SELECT n, 1, 'conversation.assigned', conversation_id || ':assigned', opened_us + 1, inbox_id, conversation_id, contact_id, 'agent', agent_id,
           '{"assignee_id":"' || agent_id || '","reason":"claimed"}'
    FROM conversation
    UNION ALL
    SELECT n, 30, 'conversation.resolved', conversation_id || ':resolved', opened_us + 600000000, inbox_id, conversation_id, contact_id, 'agent', agent_id,
           '{"outcome":"done","reason":"agent"}'
    FROM conversation
    WHERE n % 10 < 9
)
SELECT $seq + row_number() OVER (ORDER BY n, step) AS seq, md5(key) AS event_id, 'ws_bench' AS workspace_id, key, type, 1 AS version,
       occurred_us, occurred_us + 1000000 AS recorded_us, 'whatsapp' AS channel, inbox_id, conversation_id, contact_id, actor_kind, actor_id,
       NULL AS cause_id, payload
FROM event
ORDER BY seq
