-- grain: one row per contact id of a contact who has several and whose customer the fresh events say something of
-- owner: pipelines
WITH alias AS (
    SELECT workspace_id, contact_id, canonical_id FROM lake.staging.contact_alias
)
SELECT DISTINCT member.workspace_id, member.contact_id, member.canonical_id
FROM alias AS member
JOIN alias AS met ON met.canonical_id = member.canonical_id
WHERE met.contact_id IN (SELECT contact_id FROM spoken_of UNION ALL SELECT contact_id FROM touched_customer)
