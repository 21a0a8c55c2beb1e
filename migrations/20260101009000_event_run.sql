-- The events of each tenant, numbered from 1 without gaps: a row, a run, for each tenant and block of its home shard
-- with records that concern the tenant.

CREATE TABLE index.event_run (
  tenant_id uuid NOT NULL,
  -- The number of the run's first event; the others follow it.
  first_sequence bigint NOT NULL,
  shard smallint NOT NULL,
  height bigint NOT NULL,
  -- The block's time.
  timestamp_ms bigint NOT NULL,
  -- The number of events.
  count integer NOT NULL,
  -- Which records of the block the events are, in order: for each group of neighbouring records of one type, the index
  -- of the first and the number of records (4 bytes each) and the code of the type (2 bytes), big-endian.
  spans bytea NOT NULL,
  -- The subjects of each event, in the order of the events: their number (2 bytes), then the first 8 bytes of each
  -- blinded subject, big-endian. What sends events in the order of their subjects reads them with the run.
  subjects bytea NOT NULL,
  PRIMARY KEY (tenant_id, first_sequence)
);

-- Hashes do not become smaller.
ALTER TABLE index.event_run ALTER COLUMN subjects SET STORAGE EXTERNAL;

-- Finds the number of a record.
CREATE UNIQUE INDEX event_run_place ON index.event_run (tenant_id, shard, height);

-- Whether the events of all blocks up to the cursor are numbered. False where blocks were applied before this table was
-- there: numbers that began in the middle would change with a rebuild, so there are none until then.
ALTER TABLE index.cursor ADD COLUMN numbered boolean NOT NULL DEFAULT false;

ALTER TABLE index.event_run ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON index.event_run FOR SELECT TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY indexer ON index.event_run TO waymark_indexer USING (true) WITH CHECK (true);
GRANT SELECT ON index.event_run TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON index.event_run TO waymark_indexer;

-- Finds the version of master data that an event is about.
CREATE INDEX provenance_master_data_place
  ON index.provenance_master_data (tenant_id, shard, height, record_index);
