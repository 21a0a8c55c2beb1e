-- EPCIS events, one row per record that took effect and whose body could be opened.

CREATE TABLE index.provenance_event (
  tenant_id uuid NOT NULL,
  shard smallint NOT NULL,
  height bigint NOT NULL,
  record_index integer NOT NULL,
  command_index integer NOT NULL,
  -- The first 8 bytes of SHA-256(event_id), as a signed big-endian number: what finds an id is narrow.
  event_id_hash bigint NOT NULL,
  event_time_ms bigint NOT NULL,
  -- The block's time.
  record_time_ms bigint NOT NULL,
  -- ObjectEvent 1, AggregationEvent 2, TransactionEvent 3, TransformationEvent 4, AssociationEvent 5.
  event_type smallint NOT NULL,
  -- ADD 1, OBSERVE 2, DELETE 3; a transformation has none.
  action smallint,
  declares_error boolean NOT NULL,
  tx_id bytea NOT NULL,
  leaf bytea NOT NULL,
  event_id text NOT NULL,
  biz_step text,
  disposition text,
  read_point text,
  biz_location text,
  -- Every identifier as text, "<role>:<canonical>" with the role of provenance_identifier: an answer found by hash is
  -- compared with it, and patterns are matched on it.
  identifiers jsonb NOT NULL,
  -- The record's document, byte for byte.
  document text NOT NULL,
  PRIMARY KEY (tenant_id, shard, height, record_index)
);

CREATE INDEX provenance_event_id ON index.provenance_event (event_id_hash);
CREATE INDEX provenance_event_time ON index.provenance_event (tenant_id, event_time_ms, shard, height, record_index);
CREATE INDEX provenance_record_time ON index.provenance_event (tenant_id, record_time_ms, shard, height, record_index);

-- Which records name an identifier. The key is the whole row, in stream order.
CREATE TABLE index.provenance_identifier (
  tenant_id uuid NOT NULL,
  -- As event_id_hash, of the canonical identifier.
  identifier_hash bigint NOT NULL,
  shard smallint NOT NULL,
  height bigint NOT NULL,
  record_index integer NOT NULL,
  -- epcList 1, parentID 2, childEPCs 3, inputEPCList 4, outputEPCList 5, quantityList 6, childQuantityList 7,
  -- inputQuantityList 8, outputQuantityList 9.
  role smallint NOT NULL,
  PRIMARY KEY (tenant_id, identifier_hash, shard, height, record_index, role)
);

-- How many there are, so that an overview need not count.
CREATE TABLE index.provenance_total (
  tenant_id uuid NOT NULL,
  shard smallint NOT NULL,
  events bigint NOT NULL,
  error_declarations bigint NOT NULL,
  PRIMARY KEY (tenant_id, shard)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['provenance_event', 'provenance_identifier', 'provenance_total'] LOOP
    EXECUTE format('ALTER TABLE index.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY tenant ON index.%I FOR SELECT TO waymark_app
         USING (tenant_id = current_setting(''app.tenant_id'')::uuid)', name);
    EXECUTE format('CREATE POLICY indexer ON index.%I TO waymark_indexer USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT ON index.%I TO waymark_app', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON index.%I TO waymark_indexer', name);
  END LOOP;
END
$$;
