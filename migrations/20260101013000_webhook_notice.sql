-- Notices that wait to be sent: each tells an endpoint that another one of its tenant was disabled.

CREATE TABLE app.webhook_notice (
  tenant_id uuid NOT NULL,
  -- The endpoint that is told.
  webhook_id uuid NOT NULL,
  -- The header `webhook-id`, the same at every attempt.
  notice_id text COLLATE "C" NOT NULL CHECK (octet_length(notice_id) <= 128),
  -- The body: the JSON of CloudEvents.
  body text NOT NULL CHECK (octet_length(body) <= 4096),
  -- The number of failed attempts so far, and the time of the next one.
  attempts integer NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, webhook_id, notice_id),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES app.webhook (tenant_id, webhook_id) ON DELETE CASCADE
);

ALTER TABLE app.webhook_notice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.webhook_notice TO waymark_app
  USING (tenant_id = current_setting('app.tenant_id')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.webhook_notice TO waymark_app;
