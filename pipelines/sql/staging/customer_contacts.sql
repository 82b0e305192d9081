-- grain: one row per contact who is one customer with another
-- owner: pipelines
-- scope: all
-- key: workspace_id, contact_id
-- description: Contacts of several doors that are one person: by an address both have proven, or by a person's word. The smallest id stands for all.
-- column: workspace_id VARCHAR: The business.
-- column: contact_id VARCHAR: A contact id as it stands today.
-- column: customer_id VARCHAR: The smallest contact id of the person.
WITH RECURSIVE alias AS (
    SELECT workspace_id, contact_id, canonical_id FROM lake.staging.contact_alias
),
ranked AS (
    SELECT workspace_id, contact_id, other, is_on,
           row_number() OVER (PARTITION BY workspace_id, contact_id, other ORDER BY occurred_us DESC, is_on, key) AS place
    FROM lake.staging.contact_links
),
word AS (
    SELECT workspace_id, contact_id, other, is_on FROM ranked WHERE place = 1
),
proven AS (
    SELECT met.workspace_id, coalesce(alias.canonical_id, met.contact_id) AS contact_id, met.link_end
    FROM lake.staging.identities AS met
    LEFT JOIN alias ON alias.contact_id = met.contact_id
    LEFT JOIN word ON word.contact_id = met.contact_id AND word.other = met.link_end AND NOT word.is_on
    WHERE met.link_end IS NOT NULL AND word.contact_id IS NULL
),
shared AS (
    SELECT workspace_id, link_end, min(contact_id) AS first_id
    FROM proven
    GROUP BY workspace_id, link_end
    HAVING min(contact_id) <> max(contact_id)
),
link AS (
    SELECT proven.workspace_id, proven.contact_id, shared.first_id AS other_id
    FROM proven
    JOIN shared ON shared.workspace_id = proven.workspace_id AND shared.link_end = proven.link_end
    UNION
    SELECT word.workspace_id, coalesce(one.canonical_id, word.contact_id), coalesce(two.canonical_id, word.other)
    FROM word
    LEFT JOIN alias AS one ON one.contact_id = word.contact_id
    LEFT JOIN alias AS two ON two.contact_id = word.other
    WHERE word.is_on
),
edge AS (
    SELECT workspace_id, contact_id, other_id FROM link
    UNION
    SELECT workspace_id, other_id, contact_id FROM link
),
reach AS (
    SELECT workspace_id, contact_id, contact_id AS other_id FROM edge
    UNION
    SELECT reach.workspace_id, reach.contact_id, edge.other_id FROM reach JOIN edge ON edge.contact_id = reach.other_id
)
SELECT workspace_id, contact_id, min(other_id) AS customer_id
FROM reach
GROUP BY workspace_id, contact_id
HAVING count(*) > 1
