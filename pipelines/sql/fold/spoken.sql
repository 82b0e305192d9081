-- grain: one row per message, with its episode (NULL for what counts for none) and what came before it in its conversation
-- owner: pipelines
-- description: `turn` counts the counted messages of people before it; `before_…` is the message before it, counted or not
-- (`before_is_inbound` is NULL where that was never sent).
SELECT message.message_no, message.conversation_no, episode.episode_number, stretch, is_inbound, is_asking, is_by_person, is_never_sent, is_history, agent_no, message_us, local_hours, language,
       count(CASE WHEN is_counted AND is_by_person THEN 1 END) OVER (
           PARTITION BY message.conversation_no ORDER BY message_us, key ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS turn,
       lag(CASE WHEN NOT is_never_sent THEN is_inbound END) OVER (PARTITION BY message.conversation_no ORDER BY message_us, key) AS before_is_inbound,
       lag(message_us) OVER (PARTITION BY message.conversation_no ORDER BY message_us, key) AS before_us
FROM message
LEFT JOIN episode
       ON episode.conversation_no = CASE WHEN message.is_counted THEN message.conversation_no END
      AND message.message_us * 8 + 2 >= episode.start_position AND message.message_us * 8 + 2 < episode.end_position
