-- A key stops with the key that made it, a tenant can be suspended, and a stored answer belongs to one credential.

-- The key with which this one was made; empty for a tenant's first key and for one that the operator issued.
ALTER TABLE app.api_key ADD COLUMN made_by uuid;
-- Not validated: existing keys name no maker, and the owner of the table, whom row-level security binds too, sees none.
ALTER TABLE app.api_key ADD FOREIGN KEY (tenant_id, made_by) REFERENCES app.api_key (tenant_id, key_id) NOT VALID;
CREATE INDEX api_key_made_by ON app.api_key (tenant_id, made_by) WHERE made_by IS NOT NULL;

-- While it is set, no credential of the tenant is accepted.
ALTER TABLE app.tenant ADD COLUMN suspended_at timestamptz;
CREATE POLICY service_all ON app.tenant TO waymark_service USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE (suspended_at) ON app.tenant TO waymark_service;

-- Records of the past day do not tell which credential they belong to, so they cannot be kept.
TRUNCATE app.idempotency;
ALTER TABLE app.idempotency
  -- The key id of the credential; all zeros for the command line.
  ADD COLUMN credential_id uuid NOT NULL,
  -- The scopes of the secret that the body shows; a later caller must hold them, too.
  ADD COLUMN shown_scopes text[] NOT NULL,
  DROP CONSTRAINT idempotency_pkey,
  ADD PRIMARY KEY (tenant_id, credential_id, key);
COMMENT ON COLUMN app.idempotency.fingerprint IS 'SHA-256 over method, path, query, headers with a meaning, and body';
-- The gateway itself seals bodies again when the key-encryption key changes.
CREATE POLICY service_sealed ON app.idempotency TO waymark_service USING (is_sealed) WITH CHECK (is_sealed);
GRANT SELECT, UPDATE (body) ON app.idempotency TO waymark_service;
GRANT UPDATE (sealed) ON app.service_secret TO waymark_service;

-- What the operator did through `waymark operator`. Lines are added, never changed.
CREATE TABLE app.operator_event (
  event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  happened_at timestamptz NOT NULL DEFAULT now(),
  action text NOT NULL CHECK (octet_length(action) BETWEEN 1 AND 64),
  subject text NOT NULL CHECK (octet_length(subject) <= 256)
);
GRANT SELECT, INSERT ON app.operator_event TO waymark_service;

-- Codes that sign the console in once.
CREATE TABLE app.console_code (
  tenant_id uuid NOT NULL REFERENCES app.tenant (tenant_id),
  -- SHA-256 of 256 random bits.
  code_hash bytea NOT NULL CHECK (octet_length(code_hash) = 32),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, code_hash)
);
ALTER TABLE app.console_code ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.console_code TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
GRANT SELECT, INSERT, DELETE ON app.console_code TO waymark_app;
