-- Secrets of the gateway itself, which belong to no tenant and which tenants' transactions cannot read: keys that sign
-- tokens, and single keys by name (such as the one that signs paging cursors). All are sealed by the vault.

CREATE TABLE app.signing_key (
  key_id uuid PRIMARY KEY,
  public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  -- Empty for the key that signs.
  verifies_until timestamptz
);

CREATE TABLE app.service_secret (
  name text PRIMARY KEY,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT, INSERT, UPDATE, DELETE ON app.signing_key TO waymark_service;
GRANT SELECT, INSERT ON app.service_secret TO waymark_service;
