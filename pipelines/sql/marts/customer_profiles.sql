-- grain: one row per customer who has a message
-- owner: pipelines
-- scope: all
-- key: workspace_id, customer_id
-- description: Each customer at a glance: when, how often, in what language, and how quickly each side answers.
-- column: workspace_id VARCHAR: The business.
-- column: customer_id VARCHAR: The person: the smallest contact id of all their doors (`dim_contact.customer_id`).
-- column: contact_count BIGINT: Contacts that are this person, one a door.
-- column: name VARCHAR: What they called themselves last.
-- column: channel VARCHAR: The channel of most of their messages.
-- column: language VARCHAR: The language they write in most.
-- column: first_contact_at TIMESTAMPTZ: First message in either direction.
-- column: last_contact_at TIMESTAMPTZ: Last message in either direction.
-- column: conversation_count BIGINT: Conversations.
-- column: episode_count BIGINT: Episodes.
-- column: inbound_count BIGINT: Messages of the customer.
-- column: outbound_count BIGINT: Messages to the customer.
-- column: days_active BIGINT: Local days on which they wrote.
-- column: recency_days INT: Whole days from their last message to the newest message of the workspace.
-- column: frequency_per_30_days DOUBLE: Episodes per 30 days since their first message.
-- column: recency_score INT: 1 to 5, 5 for the most recent fifth.
-- column: frequency_score INT: 1 to 5, 5 for the most frequent fifth.
-- column: preferred_hour INT: The local hour they write in most.
-- column: hours_of_day INT[]: Messages of the customer by local hour, 24 counts from hour 0.
-- column: preferred_weekday INT: The weekday they write on most, 1 Monday to 7 Sunday.
-- column: response_median_s DOUBLE: Median seconds from our last message to their next.
-- column: read_rate DOUBLE: Share of our reported messages that they read.
-- column: wait_median_s DOUBLE: Median seconds they waited for us.
-- column: order_count BIGINT: Orders they sent.
-- column: last_inbox_id VARCHAR: Inbox of their last message.
-- column: inbox_ids VARCHAR[]: Every inbox they have a conversation in, sorted; who may not see one of them may not see all of this row.
WITH newest AS (
    SELECT workspace_id, max(last_us) AS newest_us FROM lake.staging.customers GROUP BY workspace_id
),
known AS (
    SELECT workspace_id, customer_id, count(*) AS contact_count,
           coalesce(max(CASE WHEN contact_id = customer_id THEN name END), min(name)) AS name
    FROM lake.marts.dim_contact
    GROUP BY workspace_id, customer_id
),
measured AS (
    SELECT customer.*, CAST(floor((newest_us - last_us) / 86400000000) AS INT) AS recency_days,
           episode_count * 30.0e0 / greatest(CAST(newest_us - first_us AS DOUBLE) / 86400000000, 30.0e0) AS frequency_per_30_days
    FROM lake.staging.customers AS customer
    JOIN newest ON newest.workspace_id = customer.workspace_id
)
SELECT measured.workspace_id, measured.customer_id, known.contact_count, known.name AS name, channel, language, make_timestamptz(first_us) AS first_contact_at,
       make_timestamptz(last_us) AS last_contact_at, conversation_count, episode_count, inbound_count, outbound_count, days_active,
       recency_days, frequency_per_30_days,
       CAST(ntile(5) OVER (PARTITION BY measured.workspace_id ORDER BY last_us, measured.customer_id) AS INT) AS recency_score,
       CAST(ntile(5) OVER (PARTITION BY measured.workspace_id ORDER BY frequency_per_30_days, measured.customer_id) AS INT) AS frequency_score,
       preferred_hour, hours_of_day, preferred_weekday, response_median_s,
       CAST(read_count AS DOUBLE) / nullif(deliverable_count, 0) AS read_rate, wait_median_s, order_count, last_inbox_id, inbox_ids
FROM measured
LEFT JOIN known ON known.workspace_id = measured.workspace_id AND known.customer_id = measured.customer_id
