-- What the index knows of the chain itself. Times are milliseconds since 1970 UTC; digests are 32 bytes.

-- Up to which block each shard is applied. It moves in the same commit as the rows of its blocks.
CREATE TABLE index.cursor (
  shard smallint PRIMARY KEY,
  height bigint NOT NULL,
  digest bytea NOT NULL,
  timestamp_ms bigint NOT NULL,
  -- Of all blocks up to here.
  transactions bigint NOT NULL,
  records bigint NOT NULL
);

CREATE TABLE index.block (
  shard smallint NOT NULL,
  height bigint NOT NULL,
  timestamp_ms bigint NOT NULL,
  digest bytea NOT NULL,
  transactions integer NOT NULL,
  records integer NOT NULL,
  PRIMARY KEY (shard, height)
);

CREATE TABLE index.transaction (
  tenant_id uuid NOT NULL,
  tx_id bytea NOT NULL,
  -- Part of the key because each shard refuses repetitions for itself only.
  shard smallint NOT NULL,
  height bigint NOT NULL,
  -- Its records stand at first_record, first_record + 1, ... of the block.
  first_record integer NOT NULL,
  records integer NOT NULL,
  PRIMARY KEY (tenant_id, tx_id, shard)
);

ALTER TABLE index.transaction ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON index.transaction FOR SELECT TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY indexer ON index.transaction TO waymark_indexer USING (true) WITH CHECK (true);

GRANT SELECT ON index.cursor, index.block, index.transaction TO waymark_app;
GRANT SELECT ON index.cursor, index.block TO waymark_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON index.cursor, index.block, index.transaction TO waymark_indexer;
