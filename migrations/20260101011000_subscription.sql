-- Subscriptions to named queries (EPCIS 2.0 REST binding, `/queries/{queryName}/subscriptions`).

CREATE TABLE app.subscription (
  tenant_id uuid NOT NULL,
  subscription_id uuid NOT NULL,
  query_name text COLLATE "C" NOT NULL,
  -- The address of the receiver.
  dest text NOT NULL CHECK (octet_length(dest) <= 2048),
  -- The secret of the receiver, sealed; null without one.
  token bytea CHECK (octet_length(token) <= 1024),
  -- The spelling of identifiers, as the header GS1-EPC-Format names it.
  epc_format text NOT NULL CHECK (octet_length(epc_format) <= 32),
  -- The JSON object of the schedule, as sent; null for a subscription that is told of events as they become final.
  schedule text CHECK (octet_length(schedule) <= 4096),
  report_if_empty boolean NOT NULL,
  -- As sent; null when the subscription began with the events after it.
  initial_record_time text CHECK (octet_length(initial_record_time) <= 100),
  -- The key id of the credential that made it.
  made_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Every event up to this place was examined, and is delivered if it matches. In the order of record time, shard,
  -- block and record.
  read_time_ms bigint NOT NULL,
  read_shard smallint NOT NULL,
  read_height bigint NOT NULL,
  read_record bigint NOT NULL,
  -- The number of the next delivery.
  delivery bigint NOT NULL DEFAULT 1,
  -- The number of events of this delivery, once it has begun. Each attempt sends the same ones.
  pending integer CHECK (pending >= 0),
  -- The failed attempts of this delivery, and what failed last.
  failed integer NOT NULL DEFAULT 0,
  last_error text CHECK (octet_length(last_error) <= 256),
  -- The time of the next attempt after a failure.
  next_at timestamptz,
  -- The last time of the schedule that is settled, in seconds since 1970.
  ran_s bigint NOT NULL,
  last_notified_at timestamptz,
  -- Why nothing is delivered any more: 'failing', 'gone', 'query'.
  paused text CHECK (octet_length(paused) <= 32),
  paused_at timestamptz,
  PRIMARY KEY (tenant_id, subscription_id),
  FOREIGN KEY (tenant_id, query_name) REFERENCES app.named_query ON DELETE CASCADE
) WITH (fillfactor = 70);

CREATE INDEX subscription_query ON app.subscription (tenant_id, query_name, subscription_id);

ALTER TABLE app.subscription ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.subscription TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
-- The gateway finds the subscriptions of all tenants, and seals secrets again under a new key.
CREATE POLICY service ON app.subscription TO waymark_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.subscription TO waymark_app;
GRANT SELECT, UPDATE (token) ON app.subscription TO waymark_service;
