-- grain: one row per wait of a contact
-- owner: pipelines
-- description: From the contact's first message since a person last wrote, to the next message of a person.
WITH heard AS (
    SELECT conversation_no, episode_number, turn, min(CASE WHEN is_inbound THEN message_us END) AS wait_started_us,
           min(CASE WHEN is_inbound THEN local_hours END) AS started_hours, max(CASE WHEN is_by_person THEN message_us END) AS responded_us,
           max(CASE WHEN is_by_person THEN local_hours END) AS responded_hours, max(agent_no) AS agent_no
    FROM spoken
    WHERE episode_number IS NOT NULL AND (is_inbound OR is_by_person)
    GROUP BY conversation_no, episode_number, turn
    HAVING bool_or(is_inbound)
),
opening AS (
    SELECT conversation_no, episode_number, min(turn) AS turn FROM heard GROUP BY conversation_no, episode_number
)
SELECT heard.conversation_no, heard.episode_number, heard.turn, opening.turn IS NOT NULL AS is_first, wait_started_us, responded_us, agent_no,
       coalesce(responded_hours, started_hours) AS local_hours, CAST(responded_us - wait_started_us AS DOUBLE) / 1000000 AS reply_s
FROM heard
LEFT JOIN opening ON opening.conversation_no = heard.conversation_no AND opening.episode_number = heard.episode_number AND opening.turn = heard.turn
