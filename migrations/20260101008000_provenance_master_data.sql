-- Versions of master data: a row for each recorded version of an element of a vocabulary. The newest one of an element
-- is the last in the order of the primary key.

CREATE TABLE index.provenance_master_data (
  tenant_id uuid NOT NULL,
  -- The first 16 bytes of the element's subject.
  subject uuid NOT NULL,
  shard smallint NOT NULL,
  height bigint NOT NULL,
  record_index integer NOT NULL,
  record_time_ms bigint NOT NULL,
  tx_id bytea NOT NULL,
  -- The full URI of the vocabulary, at most 512 bytes, and the id in canonical form, at most 2,048 bytes. NULL, as the
  -- columns below, for a record that cannot be read: its key was deleted, or its body is not that of its element.
  vocabulary text COLLATE "C",
  id text COLLATE "C",
  -- The ids of the children in canonical form, a line for each.
  children text,
  -- The record's document.
  document text,
  PRIMARY KEY (tenant_id, subject, shard, height, record_index)
);

-- Lists of a vocabulary, and look-ups of an id in all vocabularies.
CREATE INDEX provenance_master_data_vocabulary ON index.provenance_master_data (tenant_id, vocabulary, id)
  WHERE id IS NOT NULL;
CREATE INDEX provenance_master_data_id ON index.provenance_master_data (tenant_id, id, vocabulary)
  WHERE id IS NOT NULL;

ALTER TABLE index.provenance_master_data ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON index.provenance_master_data FOR SELECT TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY indexer ON index.provenance_master_data TO waymark_indexer USING (true) WITH CHECK (true);
GRANT SELECT ON index.provenance_master_data TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON index.provenance_master_data TO waymark_indexer;
