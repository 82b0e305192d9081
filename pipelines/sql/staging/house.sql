-- grain: one row per event about a workspace, an inbox, a person or a contact's name, as recorded
-- owner: pipelines
-- told: workspace.created, inbox.created, person.added, person.changed, contact.named
-- scope: append
-- key: workspace_id, key
-- description: The few events that the dimensions are folded from, kept apart so that nobody searches all of landing for them.
-- column: workspace_id VARCHAR: The business.
-- column: key VARCHAR: Natural key of the event.
-- column: type VARCHAR: Event type.
-- column: occurred_us BIGINT: When it happened, microseconds since 1970, UTC.
-- column: channel VARCHAR: Channel of the event, where it has one.
-- column: inbox_id VARCHAR: Inbox of the event, where it has one.
-- column: contact_id VARCHAR: Contact of the event as told, before merging.
-- column: payload VARCHAR: What the event says, JSON.
SELECT workspace_id, key, type, occurred_us, channel, inbox_id, contact_id, payload
FROM said
WHERE payload IS NOT NULL
