-- grain: one row per wait of a contact
-- owner: pipelines
-- description: From the contact's first message since a person last wrote, to the next message of a person. A resolution does not
-- end it for as long as the contact writes nothing new: where the business opens the conversation again, it goes on (`stretch`).
WITH heard AS (
    SELECT conversation_no, stretch, turn, min(CASE WHEN is_asking THEN episode_number END) AS episode_number,
           min(CASE WHEN is_asking THEN message_us END) AS wait_started_us, min(CASE WHEN is_asking THEN local_hours END) AS started_hours,
           max(CASE WHEN is_by_person THEN message_us END) AS responded_us, max(CASE WHEN is_by_person THEN local_hours END) AS responded_hours,
           max(agent_no) AS agent_no
    FROM spoken
    WHERE episode_number IS NOT NULL AND (is_asking OR is_by_person)
    GROUP BY conversation_no, stretch, turn
    HAVING bool_or(is_asking)
),
opening AS (
    SELECT conversation_no, episode_number, min(turn) AS turn FROM heard GROUP BY conversation_no, episode_number
),
closing AS (
    SELECT conversation_no, stretch, max(resolved_us) AS closed_us
    FROM episode
    GROUP BY conversation_no, stretch
    HAVING count(*) = count(resolved_us)
)
SELECT heard.conversation_no, heard.episode_number, heard.turn, opening.turn IS NOT NULL AS is_first, wait_started_us, responded_us, agent_no,
       coalesce(responded_hours, started_hours) AS local_hours, CAST(responded_us - wait_started_us AS DOUBLE) / 1000000 AS reply_s,
       CASE WHEN responded_us IS NULL THEN closed_us END AS closed_us
FROM heard
LEFT JOIN opening ON opening.conversation_no = heard.conversation_no AND opening.episode_number = heard.episode_number AND opening.turn = heard.turn
LEFT JOIN closing ON closing.conversation_no = heard.conversation_no AND closing.stretch = heard.stretch
