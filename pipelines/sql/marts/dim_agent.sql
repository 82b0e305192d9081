-- grain: one row per person of the business
-- owner: pipelines
-- told: person.added, person.changed
-- scope: all
-- key: workspace_id, agent_id
-- description: People who work here or did, as they are called today.
-- column: workspace_id VARCHAR: The business.
-- column: agent_id VARCHAR: The person.
-- column: name VARCHAR: Display name.
-- column: role VARCHAR: administrator, supervisor, agent, marketer or analyst.
-- column: is_active BOOLEAN: False for whoever left.
WITH told AS (
    SELECT workspace_id, occurred_us, key,
           from_json(payload, '{"person_id": "VARCHAR", "name": "VARCHAR", "role": "VARCHAR", "is_active": "BOOLEAN"}') AS said
    FROM lake.staging.house
    WHERE type IN ('person.added', 'person.changed')
),
filled AS (
    SELECT workspace_id, said.person_id AS agent_id,
           last_value(said.name IGNORE NULLS) OVER w AS name,
           last_value(said.role IGNORE NULLS) OVER w AS role,
           last_value(said.is_active IGNORE NULLS) OVER w AS is_active,
           row_number() OVER (PARTITION BY workspace_id, said.person_id ORDER BY occurred_us DESC, key DESC) AS recency
    FROM told
    WINDOW w AS (PARTITION BY workspace_id, said.person_id ORDER BY occurred_us, key
                 ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
SELECT workspace_id, agent_id, name, role, coalesce(is_active, TRUE) AS is_active
FROM filled
WHERE recency = 1
