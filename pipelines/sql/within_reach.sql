-- grain: one row per conversation whose rows an increment may read: the touched ones, and all of the contacts they touch
-- owner: pipelines
SELECT conversation_id FROM touched
UNION
SELECT canonical_id FROM lake.staging.conversations WHERE canonical_contact_id IN (SELECT contact_id FROM touched_contacts)
