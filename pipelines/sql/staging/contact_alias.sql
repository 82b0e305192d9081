-- grain: one row per contact id that belongs to a set of more than one
-- owner: pipelines
-- told: contact.identified
-- scope: alias
-- key: contact_id
-- description: Contact ids that turned out to be one person; the smallest id of the connected set stands for all.
-- column: workspace_id VARCHAR: The business.
-- column: contact_id VARCHAR: A contact id as events tell it.
-- column: canonical_id VARCHAR: The smallest contact id of the set.
WITH RECURSIVE told AS (
    SELECT workspace_id, contact_ids AS ids
    FROM said
    WHERE type = 'contact.identified'
),
link AS (
    SELECT workspace_id, ids[1] AS contact_id, unnest(ids) AS other_id FROM told
),
met AS (
    SELECT contact_id FROM link UNION SELECT other_id FROM link
),
known AS (
    SELECT workspace_id, contact_id, canonical_id AS other_id
    FROM lake.staging.contact_alias
    WHERE canonical_id IN (SELECT canonical_id FROM lake.staging.contact_alias WHERE contact_id IN (SELECT contact_id FROM met))
),
edge AS (
    SELECT workspace_id, contact_id, other_id FROM link
    UNION SELECT workspace_id, other_id, contact_id FROM link
    UNION SELECT workspace_id, contact_id, other_id FROM known
    UNION SELECT workspace_id, other_id, contact_id FROM known
),
reach AS (
    SELECT workspace_id, contact_id, contact_id AS other_id FROM edge
    UNION
    SELECT reach.workspace_id, reach.contact_id, edge.other_id FROM reach JOIN edge ON edge.contact_id = reach.other_id
)
SELECT workspace_id, contact_id, min(other_id) AS canonical_id
FROM reach
GROUP BY workspace_id, contact_id
HAVING count(*) > 1
