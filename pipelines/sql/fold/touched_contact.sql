-- grain: one row per contact, under every id of theirs, whose rows are derived anew
-- owner: pipelines
SELECT contact_id FROM spoken_of
UNION
SELECT contact_id FROM touched_alias
UNION
SELECT contact_id FROM touched_customer
