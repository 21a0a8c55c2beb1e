-- Queries that a tenant stores under a name (EPCIS 2.0 REST binding, `/queries`).

CREATE TABLE app.named_query (
  tenant_id uuid NOT NULL REFERENCES app.tenant (tenant_id),
  name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 128),
  -- The JSON object of the parameters, as sent.
  query text NOT NULL CHECK (octet_length(query) <= 16384),
  -- The key id of the credential that stored it.
  made_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);

ALTER TABLE app.named_query ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.named_query TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
GRANT SELECT, INSERT, DELETE ON app.named_query TO waymark_app;
