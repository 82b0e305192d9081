-- grain: one row per key that occurs more than once
-- owner: pipelines
-- description: Each mart holds one row per thing.
SELECT 'fct_message' AS mart, message_id AS id FROM lake.marts.fct_message GROUP BY message_id HAVING count(*) > 1
UNION ALL
SELECT 'fct_conversation', conversation_id FROM lake.marts.fct_conversation GROUP BY conversation_id HAVING count(*) > 1
UNION ALL
SELECT 'fct_episode', episode_id FROM lake.marts.fct_episode GROUP BY episode_id HAVING count(*) > 1
UNION ALL
SELECT 'fct_response', response_id FROM lake.marts.fct_response GROUP BY response_id HAVING count(*) > 1
UNION ALL
SELECT 'customer_profiles', customer_id FROM lake.marts.customer_profiles GROUP BY workspace_id, customer_id HAVING count(*) > 1
