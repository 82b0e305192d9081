-- grain: one row per contact id of a set that the fresh events added to
-- owner: pipelines
-- told: contact.identified
SELECT contact_id
FROM lake.staging.contact_alias
WHERE canonical_id IN (
    SELECT canonical_id
    FROM lake.staging.contact_alias
    WHERE contact_id IN (
        SELECT unnest(from_json(payload, '{"contact_ids": ["VARCHAR"]}').contact_ids)
        FROM fresh
        WHERE type = 'contact.identified'))
