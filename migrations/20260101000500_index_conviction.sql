-- Who was convicted by evidence on the beacon's shard, and what became of the bond, in native units. `equivocation`
-- holds the two votes as the ledger encodes them; null for other offences, whose evidence can be megabytes long.
CREATE TABLE index.conviction (
  shard smallint NOT NULL,
  height bigint NOT NULL,
  record_index integer NOT NULL,
  timestamp_ms bigint NOT NULL,
  tx_id bytea NOT NULL,
  -- The validator's number in the registry.
  validator bigint NOT NULL,
  -- The epoch of the offence.
  epoch bigint NOT NULL,
  -- 0 equivocation, 1 broken promise, 2 bad deal, 3 foreign vote.
  offence smallint NOT NULL,
  slashed bigint NOT NULL,
  rewarded bigint NOT NULL,
  compensated bigint NOT NULL,
  burned bigint NOT NULL,
  equivocation bytea,
  PRIMARY KEY (shard, height, record_index)
);

GRANT SELECT ON index.conviction TO waymark_app, waymark_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON index.conviction TO waymark_indexer;
