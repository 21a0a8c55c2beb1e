-- Tenants, their members and their API keys: who may act for whom. A key is found inside its tenant's transaction,
-- because its text names the tenant; no query here ever crosses tenants.

CREATE TABLE app.tenant (
  tenant_id uuid PRIMARY KEY,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  mode text NOT NULL CHECK (mode IN ('live', 'test')),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE app.member (
  tenant_id uuid NOT NULL REFERENCES app.tenant (tenant_id),
  member_id uuid NOT NULL,
  email text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'operator', 'auditor', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, member_id)
);
CREATE UNIQUE INDEX member_email ON app.member (tenant_id, lower(email));

CREATE TABLE app.api_key (
  tenant_id uuid NOT NULL REFERENCES app.tenant (tenant_id),
  key_id uuid NOT NULL,
  -- A key of a member may do no more than the member's role; one without a member is a service's own.
  member_id uuid,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  mode text NOT NULL CHECK (mode IN ('live', 'test')),
  scopes text[] NOT NULL,
  -- SHA-256 of 256 random bits.
  secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
  -- The secret before the last rotation, accepted until then.
  previous_hash bytea CHECK (octet_length(previous_hash) = 32),
  previous_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, key_id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES app.member (tenant_id, member_id) ON DELETE SET NULL (member_id)
);
CREATE INDEX api_key_member ON app.api_key (tenant_id, member_id) WHERE member_id IS NOT NULL;

ALTER TABLE app.tenant ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.member ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.api_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.tenant TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY tenant ON app.member TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY tenant ON app.api_key TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);

GRANT SELECT, INSERT ON app.tenant TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.member TO waymark_app;
-- A key is revoked, never deleted: who could act when stays answerable.
GRANT SELECT, INSERT, UPDATE ON app.api_key TO waymark_app;
