-- grain: one row per contact id as told and address told with it
-- owner: pipelines
-- scope: append
-- key: workspace_id, contact_id, kind, address
-- description: Every address a contact was met under.
-- column: workspace_id VARCHAR: The business.
-- column: contact_id VARCHAR: Contact id as told, before merging.
-- column: kind VARCHAR: user_id, phone, username or external.
-- column: address VARCHAR: The address as told.
WITH told_with AS (
    SELECT workspace_id, contact_id, identities FROM told WHERE identities IS NOT NULL GROUP BY workspace_id, contact_id, identities
    UNION ALL
    SELECT workspace_id, contact_id, identities FROM said WHERE type = 'contact.identified'
),
each AS (
    SELECT workspace_id, contact_id,
           unnest(from_json(identities, '[{"contact_id": "VARCHAR", "kind": "VARCHAR", "address": "VARCHAR"}]')) AS said
    FROM told_with
)
SELECT DISTINCT workspace_id, coalesce(said.contact_id, contact_id) AS contact_id, said.kind AS kind, said.address AS address
FROM each
WHERE said.address IS NOT NULL
  AND coalesce(said.contact_id, contact_id) IS NOT NULL
  AND NOT EXISTS (
      SELECT 1 FROM lake.staging.identities AS known
      WHERE known.workspace_id = each.workspace_id
        AND known.contact_id = coalesce(said.contact_id, each.contact_id)
        AND known.kind = said.kind AND known.address = said.address)
