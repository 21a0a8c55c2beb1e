-- Which records have a value in a rare field that queries ask for: a row for each value. The key is the whole row.

CREATE TABLE index.provenance_term (
  tenant_id uuid NOT NULL,
  -- persistentDisposition/set 1, persistentDisposition/unset 2, transformationID 3, errorDeclaration/reason 4,
  -- errorDeclaration/correctiveEventIDs 5.
  kind smallint NOT NULL,
  -- The first 16 bytes of SHA-256 of the value in canonical form.
  value_hash uuid NOT NULL,
  shard smallint NOT NULL,
  height bigint NOT NULL,
  record_index integer NOT NULL,
  PRIMARY KEY (tenant_id, kind, value_hash, shard, height, record_index)
);

ALTER TABLE index.provenance_term ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON index.provenance_term FOR SELECT TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY indexer ON index.provenance_term TO waymark_indexer USING (true) WITH CHECK (true);
GRANT SELECT ON index.provenance_term TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON index.provenance_term TO waymark_indexer;
