-- What the events of the ledger's own slices say, and the names by which events of any domain are found.

-- The contents of the events of a tenant in a block, in parts of about 4 KiB: the index of each record and what the
-- event says, encoded as the ledger encodes values. Events of the domains have rows in tables of their own.
CREATE TABLE index.event_content (
  tenant_id uuid NOT NULL,
  -- A height of the tenant's home shard.
  height bigint NOT NULL,
  -- The first record of the part.
  record_index integer NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (tenant_id, height, record_index)
);

-- Which records have a name that is none of their subjects: the id of a bundle, of a validator, of master data.
CREATE TABLE index.event_name (
  tenant_id uuid NOT NULL,
  -- The first 16 bytes of the name's digest.
  name uuid NOT NULL,
  height bigint NOT NULL,
  record_index integer NOT NULL,
  PRIMARY KEY (tenant_id, name, height, record_index)
);

ALTER TABLE index.event_content ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON index.event_content FOR SELECT TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY indexer ON index.event_content TO waymark_indexer USING (true) WITH CHECK (true);
GRANT SELECT ON index.event_content TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON index.event_content TO waymark_indexer;

ALTER TABLE index.event_name ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON index.event_name FOR SELECT TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY indexer ON index.event_name TO waymark_indexer USING (true) WITH CHECK (true);
GRANT SELECT ON index.event_name TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON index.event_name TO waymark_indexer;

-- Events of blocks that were applied before have no rows here until a rebuild, so until then they have no numbers.
UPDATE index.cursor SET numbered = false;
