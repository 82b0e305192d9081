-- grain: one row per word of a person on a link between contacts
-- owner: pipelines
-- told: contact.joined, contact.parted
-- scope: append
-- key: workspace_id, key, contact_id, other
-- description: What people said of who is one customer.
-- column: workspace_id VARCHAR: The business.
-- column: key VARCHAR: Natural key of the event.
-- column: occurred_us BIGINT: When it was said, microseconds since 1970, UTC.
-- column: contact_id VARCHAR: A contact id as told, of two the smaller.
-- column: other VARCHAR: The greater contact id, or an address of the contact (`identities.link_end`).
-- column: is_on BOOLEAN: Joined; false: the link counts no more.
SELECT workspace_id, key, occurred_us, least(contact_ids[1], contact_ids[2]) AS contact_id, greatest(contact_ids[1], contact_ids[2]) AS other, TRUE AS is_on
FROM said
WHERE type = 'contact.joined'
UNION ALL
SELECT workspace_id, key, occurred_us, link.contact_id, link.other, FALSE
FROM (SELECT workspace_id, key, occurred_us, unnest(links) AS link FROM said WHERE type = 'contact.parted')
