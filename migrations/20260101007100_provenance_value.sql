-- What the events of a tenant name: a row for each value, kind and shard, however many events name it. The lists of the
-- EPCIS binding (`/epcs`, `/bizSteps`, …) are ranges of its key.

CREATE TABLE index.provenance_value (
  tenant_id uuid NOT NULL,
  -- A user's own event type 1, EPC 2, business step 3, business location 4, read point 5, disposition 6.
  kind smallint NOT NULL,
  -- In canonical form, at most 2,048 bytes.
  value text COLLATE "C" NOT NULL,
  -- Each shard writes its own rows, so that shards do not wait for each other.
  shard smallint NOT NULL,
  PRIMARY KEY (tenant_id, kind, value, shard)
);

ALTER TABLE index.provenance_value ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON index.provenance_value FOR SELECT TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY indexer ON index.provenance_value TO waymark_indexer USING (true) WITH CHECK (true);
GRANT SELECT ON index.provenance_value TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON index.provenance_value TO waymark_indexer;
