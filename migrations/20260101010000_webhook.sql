-- Endpoints of tenants that events are sent to, what waits to be sent, and what was sent. Every table begins with the
-- tenant. No table has a number from a sequence, so that a restored backup goes on without a collision.

CREATE TABLE app.webhook (
  tenant_id uuid NOT NULL REFERENCES app.tenant (tenant_id),
  webhook_id uuid NOT NULL,
  url text NOT NULL CHECK (octet_length(url) BETWEEN 1 AND 2048),
  description text NOT NULL CHECK (char_length(description) <= 200),
  -- The types of events that are sent, without the prefix `waymark.`; all types when there is none.
  types text[] NOT NULL,
  -- Events about this are sent, in any spelling; null for events about anything.
  subject text CHECK (octet_length(subject) BETWEEN 1 AND 8192),
  -- HMAC-SHA256 `v1`, Ed25519 `v1a`.
  signature text NOT NULL CHECK (signature IN ('v1', 'v1a')),
  state text NOT NULL DEFAULT 'enabled' CHECK (state IN ('enabled', 'disabled')),
  -- By a request; the receiver answered 410; every call failed for too long.
  disabled_reason text CHECK (disabled_reason IN ('requested', 'gone', 'failing')),
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- The key id of the credential that made it.
  made_by uuid NOT NULL,
  -- Every event up to this number is settled, or has a row in webhook_pending.
  read_to bigint NOT NULL CHECK (read_to >= 0),
  -- The time of the first of the failures since the last success; null after a success.
  failing_since timestamptz,
  -- The number of replays so far. The next replay gets the next number.
  replays bigint NOT NULL DEFAULT 0,
  -- Grows with each change by a request, so that a deliverer notices it.
  version bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, webhook_id),
  CHECK ((state = 'disabled') = (disabled_reason IS NOT NULL)),
  CHECK ((state = 'disabled') = (disabled_at IS NOT NULL))
);

-- Secrets that sign what is sent, sealed by the vault. At most two of an endpoint are valid at once.
CREATE TABLE app.webhook_secret (
  tenant_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  secret_id uuid NOT NULL,
  -- The text of the secret (Standard Webhooks: `whsec_…` or `whsk_…`).
  sealed bytea NOT NULL,
  -- The text of its public key (`whpk_…`), for Ed25519.
  public_key text CHECK (octet_length(public_key) <= 94),
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Null for the newest.
  expires_at timestamptz,
  PRIMARY KEY (tenant_id, webhook_id, secret_id),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES app.webhook (tenant_id, webhook_id) ON DELETE CASCADE
);
ALTER TABLE app.webhook_secret ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Events that were read but are not settled, and dead letters.
CREATE TABLE app.webhook_pending (
  tenant_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  -- 0 for what is sent for the first time. Replays come after it, in the order of their numbers.
  replay_id bigint NOT NULL DEFAULT 0,
  -- The number of the event.
  sequence bigint NOT NULL,
  -- The number of attempts so far.
  attempts integer NOT NULL DEFAULT 0,
  -- When it is sent next; null when it waits for an earlier event with the same subject, and for a dead letter.
  next_at timestamptz,
  -- What it is ordered by: hashes of the record's subjects on the ledger. A collision only orders more.
  subjects bigint[] NOT NULL,
  -- A dead letter is not sent again by itself.
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'dead')),
  -- The reason of the last failure: a code, or `webhook.status` for an answer with another status than 2xx.
  last_error text,
  died_at timestamptz,
  PRIMARY KEY (tenant_id, webhook_id, replay_id, sequence),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES app.webhook (tenant_id, webhook_id) ON DELETE CASCADE,
  CHECK ((state = 'dead') = (died_at IS NOT NULL)),
  CHECK (state = 'pending' OR next_at IS NULL)
);
CREATE INDEX webhook_dead ON app.webhook_pending (tenant_id, webhook_id, sequence) WHERE state = 'dead';

-- The newest calls of each endpoint.
CREATE TABLE app.webhook_attempt (
  tenant_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  -- A UUID version 7: ids are in the order of time.
  attempt_id uuid NOT NULL,
  -- The number of the event; null for a test.
  sequence bigint,
  -- Which attempt of the event it was, from 1.
  number integer NOT NULL CHECK (number >= 1),
  at timestamptz NOT NULL,
  duration_ms integer NOT NULL CHECK (duration_ms >= 0),
  -- Of the answer; null when there was none.
  status smallint,
  -- Why there was no answer: a code.
  error text,
  -- The beginning of the answer's body.
  answer text CHECK (octet_length(answer) <= 1024),
  outcome text NOT NULL CHECK (outcome IN ('delivered', 'retry', 'dead', 'test')),
  PRIMARY KEY (tenant_id, webhook_id, attempt_id),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES app.webhook (tenant_id, webhook_id) ON DELETE CASCADE,
  CHECK ((status IS NULL) <> (error IS NULL)),
  CHECK ((sequence IS NULL) = (outcome = 'test'))
);

-- A range of events that is sent again. Its events become rows of webhook_pending bit by bit.
CREATE TABLE app.webhook_replay (
  tenant_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  replay_id bigint NOT NULL CHECK (replay_id >= 1),
  -- The next number to read, and the last one. The row is deleted after the last.
  next bigint NOT NULL CHECK (next >= 1),
  until bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- One range at a time.
  PRIMARY KEY (tenant_id, webhook_id),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES app.webhook (tenant_id, webhook_id) ON DELETE CASCADE
);

ALTER TABLE app.webhook ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.webhook_secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.webhook_pending ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.webhook_attempt ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.webhook_replay ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.webhook TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY tenant ON app.webhook_secret TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY tenant ON app.webhook_pending TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY tenant ON app.webhook_attempt TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY tenant ON app.webhook_replay TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.webhook, app.webhook_pending, app.webhook_replay TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.webhook_secret TO waymark_app;
-- What was sent is never changed.
GRANT SELECT, INSERT, DELETE ON app.webhook_attempt TO waymark_app;

-- The deliverer finds the endpoints of all tenants, and then works for one tenant at a time.
CREATE POLICY service ON app.webhook FOR SELECT TO waymark_service USING (true);
GRANT SELECT (tenant_id, webhook_id, state, version) ON app.webhook TO waymark_service;
-- The gateway itself seals secrets again when the key-encryption key changes.
CREATE POLICY service ON app.webhook_secret TO waymark_service USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE (sealed) ON app.webhook_secret TO waymark_service;
