-- grain: one row per customer who has a message, through whatever doors they write
-- owner: pipelines
-- scope: customer
-- key: workspace_id, customer_id
-- description: What a customer did, as far as it does not depend on others; `marts.customer_profiles` ranks these.
-- column: workspace_id VARCHAR: The business.
-- column: customer_id VARCHAR: The smallest contact id of the person.
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
-- column: inbox_ids VARCHAR[]: Every inbox they have a conversation in, sorted.
-- column: episode_count BIGINT: Episodes.
-- column: wait_median_s DOUBLE: Median seconds they waited for us.
-- column: response_median_s DOUBLE: Median seconds we waited for them: from our last message to their next.
WITH summed AS (
    SELECT customer_no, min(customer_id) AS customer_id, min(workspace_id) AS workspace_id, min(first_us) AS first_us, max(last_us) AS last_us,
           count(*) AS conversation_count, CAST(sum(inbound_count) AS BIGINT) AS inbound_count, CAST(sum(outbound_count) AS BIGINT) AS outbound_count,
           min(channel) AS any_channel
    FROM heard
    JOIN conversation ON conversation.conversation_no = heard.conversation_no
    WHERE customer_no IS NOT NULL
    GROUP BY customer_no
),
door AS (
    SELECT customer_no, list(inbox_id ORDER BY inbox_id) AS inbox_ids
    FROM (SELECT customer_no, inbox_id FROM conversation WHERE customer_no IS NOT NULL AND inbox_id IS NOT NULL GROUP BY customer_no, inbox_id)
    GROUP BY customer_no
),
latest AS (
    SELECT summed.customer_no, min(inbox_id) AS inbox_id
    FROM summed
    JOIN conversation ON conversation.customer_no = summed.customer_no
    JOIN heard ON heard.conversation_no = conversation.conversation_no AND heard.last_us = summed.last_us
    GROUP BY summed.customer_no
),
message AS (
    SELECT customer_no, (local_hours % 24 + 24) % 24 AS hour, CAST(floor(local_hours / 24) AS INT) AS day, language, message_us,
           before_is_inbound, before_us
    FROM spoken
    JOIN conversation ON conversation.conversation_no = spoken.conversation_no
    WHERE is_inbound
),
dated AS (
    SELECT customer_no, day, ((day - 4) % 7 + 7) % 7 + 1 AS weekday, count(*) AS n FROM message GROUP BY customer_no, day
),
habit AS (
    SELECT customer_no,
           [CAST(count(CASE WHEN hour = 0 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 1 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 2 THEN 1 END) AS INT),
            CAST(count(CASE WHEN hour = 3 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 4 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 5 THEN 1 END) AS INT),
            CAST(count(CASE WHEN hour = 6 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 7 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 8 THEN 1 END) AS INT),
            CAST(count(CASE WHEN hour = 9 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 10 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 11 THEN 1 END) AS INT),
            CAST(count(CASE WHEN hour = 12 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 13 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 14 THEN 1 END) AS INT),
            CAST(count(CASE WHEN hour = 15 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 16 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 17 THEN 1 END) AS INT),
            CAST(count(CASE WHEN hour = 18 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 19 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 20 THEN 1 END) AS INT),
            CAST(count(CASE WHEN hour = 21 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 22 THEN 1 END) AS INT), CAST(count(CASE WHEN hour = 23 THEN 1 END) AS INT)] AS hours_of_day,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY CASE WHEN NOT before_is_inbound THEN CAST(message_us - before_us AS DOUBLE) / 1000000 END) AS response_median_s
    FROM message
    GROUP BY customer_no
),
week AS (
    SELECT customer_no, count(*) AS days_active,
           [sum(CASE WHEN weekday = 1 THEN n ELSE 0 END), sum(CASE WHEN weekday = 2 THEN n ELSE 0 END), sum(CASE WHEN weekday = 3 THEN n ELSE 0 END), sum(CASE WHEN weekday = 4 THEN n ELSE 0 END),
            sum(CASE WHEN weekday = 5 THEN n ELSE 0 END), sum(CASE WHEN weekday = 6 THEN n ELSE 0 END), sum(CASE WHEN weekday = 7 THEN n ELSE 0 END)] AS weekdays
    FROM dated
    GROUP BY customer_no
),
vote AS (
    SELECT customer_no, 'channel' AS what, channel AS choice, sum(inbound_count) AS n
    FROM heard
    JOIN conversation ON conversation.conversation_no = heard.conversation_no
    WHERE inbound_count > 0
    GROUP BY customer_no, channel
    UNION ALL
    SELECT customer_no, 'language', language, count(*) FROM message WHERE language IS NOT NULL GROUP BY customer_no, language
),
won AS (
    SELECT customer_no, what, choice, row_number() OVER (PARTITION BY customer_no, what ORDER BY n DESC, length(choice), choice) AS place
    FROM vote
),
preferred AS (
    SELECT customer_no, max(CASE WHEN what = 'channel' THEN choice END) AS channel, max(CASE WHEN what = 'language' THEN choice END) AS language
    FROM won
    WHERE place = 1
    GROUP BY customer_no
),
reported AS (
    SELECT customer_no, count(CASE WHEN delivery_status IN ('read', 'played') THEN 1 END) AS read_count, count(*) AS deliverable_count
    FROM spoken
    JOIN outcome ON outcome.message_no = spoken.message_no
    JOIN conversation ON conversation.conversation_no = spoken.conversation_no
    WHERE NOT is_inbound AND NOT spoken.is_never_sent AND delivery_status IN ('sent', 'delivered', 'read', 'played', 'failed')
    GROUP BY customer_no
),
ordered AS (
    SELECT customer_no, count(*) AS order_count
    FROM spoken
    JOIN told ON told.message_no = spoken.message_no AND kind = 'order'
    JOIN conversation ON conversation.conversation_no = spoken.conversation_no
    WHERE told.is_inbound
    GROUP BY customer_no
),
lived AS (
    SELECT customer_no, count(*) AS episode_count
    FROM episode
    JOIN conversation ON conversation.conversation_no = episode.conversation_no
    GROUP BY customer_no
),
waited AS (
    SELECT customer_no, percentile_cont(0.5) WITHIN GROUP (ORDER BY reply_s) AS wait_median_s
    FROM wait
    JOIN conversation ON conversation.conversation_no = wait.conversation_no
    GROUP BY customer_no
)
SELECT workspace_id, customer_id, coalesce(preferred.channel, any_channel) AS channel, preferred.language AS language,
       first_us, last_us, conversation_count, inbound_count, outbound_count, coalesce(days_active, 0) AS days_active,
       coalesce(order_count, 0) AS order_count,
       coalesce(hours_of_day, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) AS hours_of_day,
       list_position(hours_of_day, list_max(hours_of_day)) - 1 AS preferred_hour, list_position(weekdays, list_max(weekdays)) AS preferred_weekday,
       coalesce(read_count, 0) AS read_count, coalesce(deliverable_count, 0) AS deliverable_count, latest.inbox_id AS last_inbox_id,
       coalesce(inbox_ids, []) AS inbox_ids,
       coalesce(episode_count, 0) AS episode_count, wait_median_s, response_median_s
FROM summed
LEFT JOIN door ON door.customer_no = summed.customer_no
LEFT JOIN latest ON latest.customer_no = summed.customer_no
LEFT JOIN habit ON habit.customer_no = summed.customer_no
LEFT JOIN week ON week.customer_no = summed.customer_no
LEFT JOIN preferred ON preferred.customer_no = summed.customer_no
LEFT JOIN reported ON reported.customer_no = summed.customer_no
LEFT JOIN ordered ON ordered.customer_no = summed.customer_no
LEFT JOIN lived ON lived.customer_no = summed.customer_no
LEFT JOIN waited ON waited.customer_no = summed.customer_no
