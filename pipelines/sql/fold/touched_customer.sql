-- grain: one row per contact id as it stands today, of the customers that the fresh events touch, as they are and as they were
-- owner: pipelines
WITH touched AS (
    SELECT contact_id FROM spoken_of
    UNION
    SELECT canonical_id FROM lake.staging.contact_alias WHERE contact_id IN (SELECT contact_id FROM spoken_of)
),
counted AS (
    SELECT contact_id, customer_id FROM lake.staging.customer_contacts
    UNION ALL
    SELECT contact_id, customer_id FROM lake.marts.dim_contact WHERE customer_id <> contact_id
    UNION ALL
    SELECT customer_id, customer_id FROM lake.marts.dim_contact WHERE customer_id <> contact_id
),
customer AS (
    SELECT customer_id FROM counted WHERE contact_id IN (SELECT contact_id FROM touched)
)
SELECT contact_id FROM counted WHERE customer_id IN (SELECT customer_id FROM customer)
UNION
SELECT customer_id FROM customer
