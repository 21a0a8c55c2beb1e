-- The epoch that a shard's next block belongs to, as the ledger encodes it; null for that of the genesis document. An
-- indexer that starts in the middle checks the next certificate with it.
ALTER TABLE index.cursor ADD COLUMN hand_over bytea;
