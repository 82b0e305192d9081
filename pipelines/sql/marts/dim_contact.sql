-- grain: one row per contact, those that turned out to be one counted once
-- owner: pipelines
-- scope: contact
-- key: workspace_id, contact_id
-- description: Who writes to us: latest name, and one address of each kind.
-- column: workspace_id VARCHAR: The business.
-- column: contact_id VARCHAR: The contact.
-- column: customer_id VARCHAR: Equal for all contacts who are one person; mostly its own.
-- column: name VARCHAR: What they called themselves last.
-- column: phone VARCHAR: A phone number, digits with country code.
-- column: user_id VARCHAR: The channel's own id of the person.
-- column: username VARCHAR: Handle without @.
WITH member AS (
    SELECT place.workspace_id, place.canonical_contact_id AS contact_id, place.contact_id AS told_id
    FROM place
    WHERE place.contact_id IS NOT NULL
    UNION
    SELECT workspace_id, canonical_id, contact_id FROM touched_alias
),
address AS (
    SELECT member.contact_id,
           min(CASE WHEN kind = 'phone' THEN address END) AS phone, min(CASE WHEN kind = 'user_id' THEN address END) AS user_id,
           min(CASE WHEN kind = 'username' THEN address END) AS username
    FROM member
    JOIN lake.staging.identities AS met ON met.contact_id = member.told_id
    GROUP BY member.contact_id
),
named AS (
    SELECT member.contact_id, event.payload ->> '$.name' AS name, event.payload ->> '$.username' AS username,
           row_number() OVER (PARTITION BY member.contact_id ORDER BY event.occurred_us DESC, event.payload ->> '$.name' DESC, event.key DESC) AS recency
    FROM lake.staging.house AS event
    JOIN member ON member.told_id = event.contact_id
    WHERE event.type = 'contact.named'
)
SELECT contact.workspace_id, contact.contact_id, coalesce(customer.customer_id, contact.contact_id) AS customer_id, named.name AS name, address.phone AS phone, address.user_id AS user_id,
       coalesce(named.username, address.username) AS username
FROM (SELECT DISTINCT workspace_id, contact_id FROM member) AS contact
LEFT JOIN lake.staging.customer_contacts AS customer ON customer.contact_id = contact.contact_id
LEFT JOIN address ON address.contact_id = contact.contact_id
LEFT JOIN named ON named.contact_id = contact.contact_id AND named.recency = 1
