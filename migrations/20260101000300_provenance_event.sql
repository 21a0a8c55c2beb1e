-- EPCIS events, one row per record that took effect and whose key was not deleted. A record that is not an event has a
-- row, too, which says why. Every index begins with the tenant: rows of others are neither read nor noticed.

CREATE TABLE index.provenance_event (
  tenant_id uuid NOT NULL,
  shard smallint NOT NULL,
  height bigint NOT NULL,
  record_index integer NOT NULL,
  command_index integer NOT NULL,
  -- The first 8 bytes of SHA-256(event_id), as a signed big-endian number: what finds an id is narrow.
  event_id_hash bigint NOT NULL,
  -- The event time, truncated; the record time when there is none.
  event_time_ms bigint NOT NULL,
  -- Its digits below a millisecond, without zeros at the end: in byte order, rows of both columns compare exactly.
  event_time_rest text COLLATE "C" NOT NULL,
  -- The block's time.
  record_time_ms bigint NOT NULL,
  -- ObjectEvent 1, AggregationEvent 2, TransactionEvent 3, TransformationEvent 4, AssociationEvent 5, a user's own 6.
  event_type smallint,
  -- The full URI of a user's own type.
  own_type text,
  -- ADD 1, OBSERVE 2, DELETE 3; a transformation has none.
  action smallint,
  declares_error boolean NOT NULL,
  -- Why fields are missing: the body does not open 1, it is not an event 2, a value cannot be stored 3, reading it
  -- failed
  -- 4. Null for a readable event.
  unreadable smallint,
  tx_id bytea NOT NULL,
  leaf bytea NOT NULL,
  event_id text NOT NULL,
  biz_step text,
  disposition text,
  read_point text,
  biz_location text,
  -- The record's document, byte for byte; of a record that is not an event, its bytes in hexadecimal digits.
  document text NOT NULL,
  PRIMARY KEY (tenant_id, shard, height, record_index)
);

CREATE INDEX provenance_event_id ON index.provenance_event (tenant_id, event_id_hash);
CREATE INDEX provenance_event_time
  ON index.provenance_event (tenant_id, event_time_ms, event_time_rest, shard, height, record_index);
CREATE INDEX provenance_record_time ON index.provenance_event (tenant_id, record_time_ms, shard, height, record_index);

-- Which records an EPC pattern finds: the pattern is a range of keys, in the order of their bytes.
CREATE TABLE index.provenance_pattern (
  tenant_id uuid NOT NULL,
  -- At most 200 bytes: an EPC's components, or the digits of a Digital Link with the company prefix first.
  pattern_key text COLLATE "C" NOT NULL,
  shard smallint NOT NULL,
  height bigint NOT NULL,
  record_index integer NOT NULL,
  -- epcList 1, parentID 2, childEPCs 3, inputEPCList 4, outputEPCList 5, quantityList 6, childQuantityList 7,
  -- inputQuantityList 8, outputQuantityList 9.
  role smallint NOT NULL,
  PRIMARY KEY (tenant_id, pattern_key, shard, height, record_index, role)
);

-- The records of each stream: one row for each subject of a record that took effect, whatever its body contains. The
-- subject of an identifier finds the events that name it, so that a query and its evidence rest on the same rows.
CREATE TABLE index.provenance_stream (
  tenant_id uuid NOT NULL,
  -- The first 16 bytes of the blinded subject.
  subject uuid NOT NULL,
  shard smallint NOT NULL,
  height bigint NOT NULL,
  record_index integer NOT NULL,
  -- The roles of the identifier in the event, as in provenance_pattern: bit N - 1 for role N. 0 for the subject of the
  -- event's id, and for a record that cannot be read.
  roles smallint NOT NULL,
  PRIMARY KEY (tenant_id, subject, shard, height, record_index) INCLUDE (roles)
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
  FOREACH name IN ARRAY ARRAY[
    'provenance_event', 'provenance_pattern', 'provenance_stream', 'provenance_total'] LOOP
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
