-- Links that a tenant stores for identified objects (GS1-Conformant Resolver 1.2).

CREATE TABLE app.link (
  tenant_id uuid NOT NULL REFERENCES app.tenant (tenant_id),
  -- The path of the canonical Digital Link, such as `/01/09506000134352/10/ABC`.
  identifier text COLLATE "C" NOT NULL CHECK (octet_length(identifier) BETWEEN 1 AND 1024),
  -- A linkset of one anchor.
  links text NOT NULL CHECK (octet_length(links) <= 32768),
  -- Whether one of them is the default link. The links of a primary key always have one.
  has_default boolean NOT NULL,
  -- The key id of the credential that stored it.
  made_by uuid NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, identifier)
);
-- The objects that need the default link of their primary key.
CREATE INDEX link_without_default ON app.link (tenant_id, identifier) WHERE NOT has_default;

-- What the links of a tenant amount to. Its row is locked by each change, so limits hold without counting.
CREATE TABLE app.link_total (
  tenant_id uuid PRIMARY KEY REFERENCES app.tenant (tenant_id),
  identifiers bigint NOT NULL DEFAULT 0 CHECK (identifiers >= 0),
  bytes bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0)
);

ALTER TABLE app.link ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.link_total ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.link TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY tenant ON app.link_total TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.link TO waymark_app;
GRANT SELECT, INSERT, UPDATE ON app.link_total TO waymark_app;
