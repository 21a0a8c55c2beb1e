-- Events are found by id within their tenant: rows of others are neither read nor noticed.

DROP INDEX index.provenance_event_id;
CREATE INDEX provenance_event_id ON index.provenance_event (tenant_id, event_id_hash);
