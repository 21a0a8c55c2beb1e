-- Operations: what a client asked the ledger to do, and the outbox of signed transactions not yet decided.

CREATE TABLE app.operation (
    tenant_id      uuid     NOT NULL,
    operation_id   uuid     NOT NULL,
    kind           text     NOT NULL CHECK (octet_length(kind) <= 64),
    subject        text     NOT NULL CHECK (octet_length(subject) <= 256),
    -- 0 accepted, 1 final, 2 rejected, 3 expired
    status         smallint NOT NULL DEFAULT 0 CHECK (status BETWEEN 0 AND 3),
    -- commands stand or fall together
    atomic         boolean  NOT NULL,
    -- none: nothing of the request became a command, so there is no transaction either
    command_count  integer  NOT NULL CHECK (command_count BETWEEN 0 AND 1000),
    -- where command i stands in the request: pointer || '/' || i, or the pointer itself for a request of one
    pointer        text     NOT NULL,
    -- the W3C trace id of the request that asked
    trace_id       text     CHECK (octet_length(trace_id) <= 64),
    -- the parts of the request that did not become commands, with their faults, as JSON text; null when there are none
    refused        text,
    refused_count  integer  NOT NULL CHECK (refused_count BETWEEN 0 AND 1000),
    tx_id          bytea    NOT NULL CHECK (octet_length(tx_id) = 32),
    shard          smallint NOT NULL,
    valid_until_ms bigint   NOT NULL,
    height         bigint,
    first_record   integer,
    accepted_at_us bigint   NOT NULL,
    signed_at_us   bigint   NOT NULL,
    ordered_at_us  bigint,
    executed_at_us bigint,
    indexed_at_us  bigint,
    -- outcomes of commands other than "applied", as JSON text; null when there are none
    outcomes       text,
    PRIMARY KEY (tenant_id, operation_id)
) WITH (fillfactor = 70);
-- An operation is updated once, in place: no index but the primary key, so the update stays on its page.
ALTER TABLE app.operation ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.operation FORCE ROW LEVEL SECURITY;

-- The signed bytes of an operation that is not decided yet. A row here is a promise to submit.
CREATE TABLE app.outbox (
    tenant_id    uuid  NOT NULL,
    operation_id uuid  NOT NULL,
    transaction  bytea NOT NULL,
    PRIMARY KEY (tenant_id, operation_id)
);
ALTER TABLE app.outbox ALTER COLUMN transaction SET STORAGE EXTERNAL;
ALTER TABLE app.outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.outbox FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant_only ON app.operation TO waymark_app
    USING (tenant_id = current_setting('app.tenant_id')::uuid)
    WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY tenant_only ON app.outbox TO waymark_app
    USING (tenant_id = current_setting('app.tenant_id')::uuid)
    WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY service_all ON app.operation TO waymark_service USING (true) WITH CHECK (true);
CREATE POLICY service_all ON app.outbox TO waymark_service USING (true) WITH CHECK (true);
CREATE POLICY service_all ON app.tenant_key TO waymark_service USING (kind = 'data') WITH CHECK (kind = 'data');

GRANT SELECT, INSERT ON app.operation, app.outbox TO waymark_app;
GRANT SELECT, UPDATE ON app.operation TO waymark_service;
GRANT SELECT, DELETE ON app.outbox TO waymark_service;
GRANT SELECT, UPDATE ON app.tenant_key TO waymark_service;
