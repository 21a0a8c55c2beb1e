//! All limits of the ledger's data types. Invariant: the ledger refuses a value above its limit and never truncates the
//! value. `OUTBOX_DROPPED_MAX` is the exception: a command removes at most this number of messages, and later commands
//! the rest.

/// The most commands in one transaction [P3, transactions].
pub const ENTRIES_PER_TRANSACTION_MAX: usize = 1_000;
/// The largest encoded transaction with its bodies, in bytes.
pub const TRANSACTION_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The most subjects of one record [P6, streams]. An EPCIS event names up to 1,000 identifiers and has an id.
pub const SUBJECTS_PER_RECORD_MAX: usize = 1_024;
/// The largest body, public or encrypted, in bytes.
pub const BODY_BYTES_MAX: usize = 512 * 1024;
/// The most fields (JSON leaves) that one sealed document commits to.
pub const FIELDS_PER_DOCUMENT_MAX: usize = 16_384;
/// The furthest that a transaction's expiry may be ahead of block time, in milliseconds [P3].
pub const VALIDITY_MS_MAX: u64 = 10 * 60 * 1_000;
/// The most commands in one block.
pub const ENTRIES_PER_BLOCK_MAX: usize = 20_000;
/// The largest encoding of one block's transactions, in bytes.
pub const BLOCK_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most validators of one set.
pub const VALIDATORS_MAX: usize = 1_024;
/// The most shards of one chain.
pub const SHARDS_MAX: u16 = 64;
/// The most partitions of one tenant.
pub const PARTITIONS_MAX: u16 = 64;
/// The most authors (signing keys) of one tenant on one shard.
pub const AUTHORS_PER_TENANT_MAX: u32 = 1_000_000;
/// The most entries of the seen-set, over all unexpired transactions of a shard.
pub const SEEN_MAX: usize = 8_000_000;
/// The fewest legs of a bundle, an atomic transaction with one leg per shard [P21, bundles]. A single leg is a
/// transfer.
pub const LEGS_PER_BUNDLE_MIN: usize = 2;
/// The most legs of a bundle [P21]. The coordinator's record has one bit per leg.
pub const LEGS_PER_BUNDLE_MAX: usize = 8;
/// The furthest that a bundle's deadline may be after the block time of its opening, in milliseconds [P21]. It bounds
/// how long a payer's amount can stay in escrow.
pub const BUNDLE_DEADLINE_AHEAD_MS_MAX: u64 = 24 * 60 * 60 * 1_000;
/// The time after its deadline for which a settled or refused lock is kept, in milliseconds of block time [P21].
pub const LOCK_GRACE_MS: u64 = 10 * 60 * 1_000;
/// The number of epochs whose certificates are valid proofs across shards: the current one and the previous one, whose
/// validators are still bonded [P19, epochs].
pub const PROOF_EPOCHS: usize = 2;
/// The most messages in the outbox for one shard; further sends are rejected. Returns are not counted. They answer
/// messages that were counted, and if they had to wait, two full outboxes could block each other.
pub const OUTBOX_WAITING_MAX: u64 = 65_536;
/// The most messages that one acknowledgement drops from the outbox.
pub const OUTBOX_DROPPED_MAX: u64 = 1_000;
