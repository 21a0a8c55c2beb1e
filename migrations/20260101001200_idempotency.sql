-- Answers to requests that carried an Idempotency-Key, so that a repetition gets the same answer and has no effect.

CREATE TABLE app.idempotency (
  tenant_id uuid NOT NULL,
  key text NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 255),
  -- SHA-256 over method, path and body of the first request.
  fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
  status smallint NOT NULL,
  location text,
  body bytea NOT NULL,
  -- Whether the body shows a secret and is therefore sealed.
  is_sealed boolean NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_expiry ON app.idempotency (tenant_id, expires_at);

ALTER TABLE app.idempotency ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.idempotency TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.idempotency TO waymark_app;
