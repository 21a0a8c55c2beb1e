-- Keys under envelope encryption: the key-encryption key (outside the database) seals one data key per tenant, and
-- the data key seals the tenant's other keys. Ciphertext does not compress, so no attempt is made to.

CREATE TABLE app.tenant_key (
    tenant_id  uuid        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('data', 'signing', 'subject')),
    sealed     bytea       NOT NULL CHECK (octet_length(sealed) BETWEEN 32 AND 256),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, kind)
);
ALTER TABLE app.tenant_key ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE app.tenant_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.tenant_key FORCE ROW LEVEL SECURITY;

-- One key per transaction; deleting the row erases the records that the transaction carried.
CREATE TABLE app.transaction_key (
    tenant_id uuid  NOT NULL,
    tx_id     bytea NOT NULL CHECK (octet_length(tx_id) = 32),
    sealed    bytea NOT NULL CHECK (octet_length(sealed) BETWEEN 32 AND 256),
    PRIMARY KEY (tenant_id, tx_id)
);
ALTER TABLE app.transaction_key ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE app.transaction_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.transaction_key FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant_only ON app.tenant_key TO waymark_app
    USING (tenant_id = current_setting('app.tenant_id')::uuid)
    WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE POLICY tenant_only ON app.transaction_key TO waymark_app
    USING (tenant_id = current_setting('app.tenant_id')::uuid)
    WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);

-- The indexer opens records of every tenant, so it reads data keys and transaction keys, and no key that signs.
CREATE POLICY follow_all ON app.tenant_key FOR SELECT TO waymark_indexer USING (kind = 'data');
CREATE POLICY follow_all ON app.transaction_key FOR SELECT TO waymark_indexer USING (true);

GRANT SELECT, INSERT, UPDATE ON app.tenant_key TO waymark_app;
GRANT SELECT, INSERT, DELETE ON app.transaction_key TO waymark_app;
GRANT SELECT ON app.tenant_key, app.transaction_key TO waymark_indexer;
