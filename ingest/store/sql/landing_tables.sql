-- grain: one statement per table of the layer `landing`
-- owner: ingest
-- description: Created by whoever writes to the lake first.
CREATE SCHEMA IF NOT EXISTS lake.landing;
CREATE SCHEMA IF NOT EXISTS lake.staging;
CREATE SCHEMA IF NOT EXISTS lake.marts;
CREATE TABLE lake.landing.events (
    seq BIGINT, event_id VARCHAR, workspace_id VARCHAR, key VARCHAR, type VARCHAR, version INT,
    occurred_at TIMESTAMPTZ, occurred_us BIGINT, recorded_at TIMESTAMPTZ, recorded_us BIGINT,
    channel VARCHAR, inbox_id VARCHAR, conversation_id VARCHAR, contact_id VARCHAR,
    actor_kind VARCHAR, actor_id VARCHAR, cause_id VARCHAR, payload VARCHAR
);
ALTER TABLE lake.landing.events SET PARTITIONED BY (year(recorded_at), month(recorded_at), day(recorded_at));
CREATE TABLE lake.landing.deliveries (
    seq BIGINT, event_id VARCHAR, workspace_id VARCHAR, key VARCHAR, channel VARCHAR, connection_id VARCHAR, size BIGINT,
    recorded_at TIMESTAMPTZ, recorded_us BIGINT, raw BLOB
);
ALTER TABLE lake.landing.deliveries SET PARTITIONED BY (year(recorded_at), month(recorded_at), day(recorded_at));
CREATE TABLE lake.landing.watermark (seq BIGINT);
INSERT INTO lake.landing.watermark VALUES (0);
