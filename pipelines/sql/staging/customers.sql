-- grain: one row per contact who has a message
-- owner: pipelines
-- scope: contact
-- key: workspace_id, contact_id
-- description: What a contact did, as far as it does not depend on other contacts; `marts.customer_profiles` ranks these.
-- column: workspace_id VARCHAR: The business.
-- column: contact_id VARCHAR: The contact.
-- column: channel VARCHAR: The channel of most of their messages.
-- column: language VARCHAR: The language they write in most.
-- column: first_us BIGINT: First message in either direction.
-- column: last_us BIGINT: Last message in either direction.
-- column: conversation_count BIGINT: Conversations.
-- column: inbound_count BIGINT: Messages of the contact.
-- column: outbound_count BIGINT: Messages to the contact.
-- column: days_active BIGINT: Local days on which they wrote.
-- column: order_count BIGINT: Orders they sent.
-- column: hours_of_day INT[]: Messages of the contact by local hour, 24 counts from hour 0.
-- column: preferred_hour INT: The hour they write in most.
-- column: preferred_weekday INT: The weekday they write on most, 1 Monday to 7 Sunday.
-- column: read_count BIGINT: Messages to them that they read.
-- column: deliverable_count BIGINT: Messages to them that a provider reported on.
-- column: last_inbox_id VARCHAR: Inbox of the last message.
-- column: episode_count BIGINT: Episodes.
-- column: wait_median_s DOUBLE: Median seconds they waited for us.
-- column: response_median_s DOUBLE: Median seconds we waited for them: from our last message to their next.
WITH message AS (
    SELECT workspace_id, contact_id, conversation_id, inbox_id, channel, direction, kind, language, message_us, message_id, day, hour,
           delivery_status, position, CASE WHEN direction = 'inbound' THEN hour END AS heard_hour
    FROM messages
    WHERE contact_id IN (SELECT contact_id FROM touched_contacts)
),
heard AS (
    SELECT contact_id, hour, CAST(((day - DATE '1970-01-05') % 7 + 7) % 7 + 1 AS INT) AS weekday, channel, language, count(*) AS n
    FROM message
    WHERE direction = 'inbound'
    GROUP BY contact_id, hour, CAST(((day - DATE '1970-01-05') % 7 + 7) % 7 + 1 AS INT), channel, language
),
vote AS (
    SELECT contact_id, 'hour' AS what, CAST(hour AS VARCHAR) AS choice, sum(n) AS n FROM heard GROUP BY contact_id, hour
    UNION ALL SELECT contact_id, 'weekday', CAST(weekday AS VARCHAR), sum(n) FROM heard GROUP BY contact_id, weekday
    UNION ALL SELECT contact_id, 'channel', channel, sum(n) FROM heard GROUP BY contact_id, channel
    UNION ALL SELECT contact_id, 'language', language, sum(n) FROM heard WHERE language IS NOT NULL GROUP BY contact_id, language
),
won AS (
    SELECT contact_id, what, choice,
           row_number() OVER (PARTITION BY contact_id, what ORDER BY n DESC, length(choice), choice) AS place
    FROM vote
),
preferred AS (
    SELECT contact_id, CAST(max(CASE WHEN what = 'hour' THEN choice END) AS INT) AS preferred_hour,
           CAST(max(CASE WHEN what = 'weekday' THEN choice END) AS INT) AS preferred_weekday,
           max(CASE WHEN what = 'channel' THEN choice END) AS channel, max(CASE WHEN what = 'language' THEN choice END) AS language
    FROM won
    WHERE place = 1
    GROUP BY contact_id
),
counted AS (
    SELECT contact_id, min(workspace_id) AS workspace_id, min(message_us) AS first_us, max(message_us) AS last_us,
           count(DISTINCT conversation_id) AS conversation_count, count(CASE WHEN direction = 'inbound' THEN 1 END) AS inbound_count,
           count(CASE WHEN direction = 'outbound' THEN 1 END) AS outbound_count,
           count(DISTINCT CASE WHEN direction = 'inbound' THEN day END) AS days_active,
           count(CASE WHEN direction = 'inbound' AND kind = 'order' THEN 1 END) AS order_count,
           count(CASE WHEN delivery_status IN ('read', 'played') THEN 1 END) AS read_count,
           count(CASE WHEN delivery_status IN ('sent', 'delivered', 'read', 'played', 'failed') THEN 1 END) AS deliverable_count,
           min(channel) AS any_channel,
           [CAST(count(CASE WHEN heard_hour = 0 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 1 THEN 1 END) AS INT),
            CAST(count(CASE WHEN heard_hour = 2 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 3 THEN 1 END) AS INT),
            CAST(count(CASE WHEN heard_hour = 4 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 5 THEN 1 END) AS INT),
            CAST(count(CASE WHEN heard_hour = 6 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 7 THEN 1 END) AS INT),
            CAST(count(CASE WHEN heard_hour = 8 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 9 THEN 1 END) AS INT),
            CAST(count(CASE WHEN heard_hour = 10 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 11 THEN 1 END) AS INT),
            CAST(count(CASE WHEN heard_hour = 12 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 13 THEN 1 END) AS INT),
            CAST(count(CASE WHEN heard_hour = 14 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 15 THEN 1 END) AS INT),
            CAST(count(CASE WHEN heard_hour = 16 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 17 THEN 1 END) AS INT),
            CAST(count(CASE WHEN heard_hour = 18 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 19 THEN 1 END) AS INT),
            CAST(count(CASE WHEN heard_hour = 20 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 21 THEN 1 END) AS INT),
            CAST(count(CASE WHEN heard_hour = 22 THEN 1 END) AS INT), CAST(count(CASE WHEN heard_hour = 23 THEN 1 END) AS INT)] AS hours_of_day
    FROM message
    GROUP BY contact_id
),
latest AS (
    SELECT message.contact_id, min(message.inbox_id) AS inbox_id
    FROM message
    JOIN counted ON counted.contact_id = message.contact_id AND counted.last_us = message.message_us
    GROUP BY message.contact_id
),
episode AS (
    SELECT contact_id, count(*) AS episode_count
    FROM fct_episode
    WHERE contact_id IN (SELECT contact_id FROM touched_contacts)
    GROUP BY contact_id
),
waited AS (
    SELECT contact_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY reply_s) AS wait_median_s
    FROM fct_response
    WHERE contact_id IN (SELECT contact_id FROM touched_contacts)
    GROUP BY contact_id
),
turned AS (
    SELECT contact_id, direction, message_us,
           lag(direction) OVER (PARTITION BY conversation_id ORDER BY position, message_id) AS before,
           lag(message_us) OVER (PARTITION BY conversation_id ORDER BY position, message_id) AS before_us
    FROM message
),
responded AS (
    SELECT contact_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(message_us - before_us AS DOUBLE) / 1000000) AS response_median_s
    FROM turned
    WHERE direction = 'inbound' AND before = 'outbound'
    GROUP BY contact_id
)
SELECT counted.workspace_id, counted.contact_id, coalesce(preferred.channel, any_channel) AS channel, preferred.language AS language,
       first_us, last_us, conversation_count, inbound_count, outbound_count, days_active, order_count, hours_of_day,
       preferred_hour, preferred_weekday, read_count, deliverable_count, latest.inbox_id AS last_inbox_id,
       coalesce(episode_count, 0) AS episode_count, wait_median_s, response_median_s
FROM counted
LEFT JOIN preferred ON preferred.contact_id = counted.contact_id
LEFT JOIN latest ON latest.contact_id = counted.contact_id
LEFT JOIN episode ON episode.contact_id = counted.contact_id
LEFT JOIN waited ON waited.contact_id = counted.contact_id
LEFT JOIN responded ON responded.contact_id = counted.contact_id
WHERE counted.contact_id IS NOT NULL
