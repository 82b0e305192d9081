-- grain: one row per touched conversation as it stands today; a message told without one makes a stray of its own
-- owner: pipelines
-- description: `conversation_no` and `customer_no` stand for their ids within a run, so that joins and windows compare numbers.
WITH met AS (
    SELECT canonical_id AS conversation_id, min(workspace_id) AS workspace_id, min(inbox_id) AS inbox_id, min(channel) AS channel,
           min(canonical_contact_id) AS contact_id, min(customer_id) AS customer_id, FALSE AS is_stray
    FROM place
    GROUP BY canonical_id
    UNION ALL
    SELECT told_conversation_id, min(workspace_id), min(inbox_id), min(channel), min(contact_id), min(contact_id), TRUE
    FROM told
    WHERE is_stray
    GROUP BY told_conversation_id
),
customer AS (
    SELECT customer_id, CAST(row_number() OVER () AS INT) AS customer_no
    FROM (SELECT customer_id FROM met WHERE customer_id IS NOT NULL GROUP BY customer_id)
)
SELECT CAST(row_number() OVER () AS INT) AS conversation_no, customer_no, met.*
FROM met
LEFT JOIN customer ON customer.customer_id = met.customer_id
