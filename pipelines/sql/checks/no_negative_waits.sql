-- grain: one row per wait that ended before it began
-- owner: pipelines
-- description: Nobody is answered before they asked.
SELECT response_id, reply_s, censored_s FROM lake.marts.fct_response WHERE reply_s < 0 OR censored_s < 0
