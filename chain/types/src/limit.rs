//! Every limit of the ledger's words, in one place. Invariant: a value above its limit is refused at decoding or
//! checking, never cut.

/// Commands in one transaction [P3].
pub const ENTRIES_PER_TRANSACTION_MAX: usize = 1_000;
/// Encoded bytes of one transaction with its bodies.
pub const TRANSACTION_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Subjects of one record [P6]; an EPCIS event names up to 1,000 identifiers and itself.
pub const SUBJECTS_PER_RECORD_MAX: usize = 1_024;
/// Bytes of one body, public or encrypted.
pub const BODY_BYTES_MAX: usize = 512 * 1024;
/// Fields (JSON leaves) that one sealed document commits to.
pub const FIELDS_PER_DOCUMENT_MAX: usize = 16_384;
/// How far ahead of block time a transaction's expiry may lie, in milliseconds [P3].
pub const VALIDITY_MS_MAX: u64 = 10 * 60 * 1_000;
/// Commands in one block.
pub const ENTRIES_PER_BLOCK_MAX: usize = 20_000;
/// Encoded bytes of one block's transactions.
pub const BLOCK_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Validators of one set.
pub const VALIDATORS_MAX: usize = 1_024;
/// Shards of one chain.
pub const SHARDS_MAX: u16 = 64;
/// Partitions of one tenant.
pub const PARTITIONS_MAX: u16 = 64;
/// Authors (signing keys) of one tenant on one shard.
pub const AUTHORS_PER_TENANT_MAX: u32 = 1_000_000;
/// Entries of the seen-set, over all unexpired transactions of a shard.
pub const SEEN_MAX: usize = 8_000_000;
/// Fewest legs of a bundle [P21]; one leg is a transfer.
pub const LEGS_PER_BUNDLE_MIN: usize = 2;
/// Most legs of a bundle [P21]; a bit each in the coordinator's record.
pub const LEGS_PER_BUNDLE_MAX: usize = 8;
/// How far ahead of block time a bundle's deadline may lie when it is opened, in milliseconds [P21]: how long a
/// debtor's escrow can wait for the other debtors.
pub const BUNDLE_DEADLINE_AHEAD_MS_MAX: u64 = 24 * 60 * 60 * 1_000;
/// How long after its deadline the trace of a settled or refused lock stays, in milliseconds of block time [P21].
pub const LOCK_GRACE_MS: u64 = 10 * 60 * 1_000;
/// How many epochs back a certificate still proves something across shards: the present one and the one before, whose
/// validators are still bonded [P19].
pub const PROOF_EPOCHS: usize = 2;
/// Messages that wait in the outbox for one shard before a sender is told to come later. Returns are not counted: they
/// answer messages that were, and a return that had to wait could make two full outboxes wait for each other.
pub const OUTBOX_WAITING_MAX: u64 = 65_536;
/// Messages that one acknowledgement drops from the outbox.
pub const OUTBOX_DROPPED_MAX: u64 = 1_000;
