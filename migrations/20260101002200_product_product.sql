-- Products, one row per record that took effect and whose body could be opened.

CREATE TABLE index.product (
  tenant_id uuid NOT NULL,
  shard smallint NOT NULL,
  height bigint NOT NULL,
  record_index integer NOT NULL,
  -- The block's time.
  record_time_ms bigint NOT NULL,
  -- The blinded id, as on the ledger.
  subject bytea NOT NULL,
  id text NOT NULL,
  name text,
  PRIMARY KEY (tenant_id, shard, height, record_index)
);

CREATE INDEX product_record_time ON index.product (tenant_id, record_time_ms, shard, height, record_index);

ALTER TABLE index.product ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON index.product FOR SELECT TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY indexer ON index.product TO waymark_indexer USING (true) WITH CHECK (true);
GRANT SELECT ON index.product TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON index.product TO waymark_indexer;
