-- grain: one row per contact id as told, address told with it, and whether the channel vouched for it then
-- owner: pipelines
-- scope: append
-- key: workspace_id, contact_id, kind, address, link_end
-- description: Every address a contact was met under.
-- column: workspace_id VARCHAR: The business.
-- column: contact_id VARCHAR: Contact id as told, before merging.
-- column: kind VARCHAR: user_id, phone, email, username or external.
-- column: address VARCHAR: The address as told.
-- column: link_end VARCHAR: What equal owners of a proven phone or e-mail share, kind and canonical address; null for other kinds and for claims.
WITH told_with AS (
    SELECT workspace_id, contact_id, identities, is_claimed FROM told WHERE identities IS NOT NULL GROUP BY workspace_id, contact_id, identities, is_claimed
    UNION ALL
    SELECT workspace_id, contact_id, identities, FALSE FROM said WHERE type = 'contact.identified'
),
each AS (
    SELECT workspace_id, contact_id, is_claimed,
           unnest(from_json(identities, '[{"contact_id": "VARCHAR", "kind": "VARCHAR", "address": "VARCHAR"}]')) AS said
    FROM told_with
),
met AS (
    SELECT DISTINCT workspace_id, coalesce(said.contact_id, contact_id) AS contact_id, said.kind AS kind, said.address AS address,
           NOT is_claimed AND said.kind IN ('phone', 'email') AS is_proven
    FROM each
    WHERE said.address IS NOT NULL AND coalesce(said.contact_id, contact_id) IS NOT NULL
),
-- `ingest.domain.identity` said in SQL: the first call of a Python function makes DuckDB import pandas, 2 CPU seconds.
bare AS (
    SELECT *, regexp_replace(address, '\P{Nd}', '', 'g') AS digits,
           lower(regexp_replace(address, '^[\s\pZ\x0b\x1c-\x1f\x{85}]+|[\s\pZ\x0b\x1c-\x1f\x{85}]+$', '', 'g')) AS mail
    FROM met
)
SELECT workspace_id, contact_id, kind, address,
       CASE WHEN NOT is_proven THEN NULL
            WHEN kind = 'email' THEN 'email:' || mail
            WHEN kind = 'phone' AND regexp_matches(digits, '^55..[6-9].{7}$') THEN 'phone:' || substr(digits, 1, 4) || '9' || substr(digits, 5)
            WHEN kind = 'phone' AND regexp_matches(digits, '^521.{10}$') THEN 'phone:52' || substr(digits, 4)
            WHEN kind = 'phone' THEN 'phone:' || digits END AS link_end
FROM bare
WHERE NOT EXISTS (
    SELECT 1 FROM lake.staging.identities AS known
    WHERE known.workspace_id = bare.workspace_id AND known.contact_id = bare.contact_id
      AND known.kind = bare.kind AND known.address = bare.address AND (known.link_end IS NOT NULL) = bare.is_proven)
