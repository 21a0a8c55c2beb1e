//! The codes of this slice.

use crate::error::Code;

/// More writes wait for the ledger than this process may hold.
pub const BUSY: Code = Code::new("ledger.busy", 503, "The ledger is busy");
/// The request's commands weigh more than one block may.
pub const TOO_MUCH_WORK: Code =
    Code::new("ledger.too_much_work", 413, "The request is more work than one block of the ledger may hold");
/// The index did not reach the asked height in time.
pub const INDEX_BEHIND: Code = Code::new("ledger.index_behind", 503, "The index is behind the ledger");
/// The index contradicts the ledger; the ledger is right and the index must be rebuilt.
pub const INDEX_MISMATCH: Code = Code::new("ledger.index_mismatch", 500, "The index does not match the ledger");
/// The records' key was deleted: they exist and can no longer be read.
pub const ERASED: Code = Code::new("ledger.erased", 410, "The record was erased");
/// This gateway cannot register tenants.
pub const NO_OPERATOR: Code = Code::new("ledger.no_operator", 503, "This gateway cannot register tenants");
/// The chain has no such shard.
pub const UNKNOWN_SHARD: Code = Code::new("ledger.unknown_shard", 404, "There is no such shard");
/// The block is final, and this gateway's node joined from a snapshot after it or dropped its body.
pub const BLOCK_ABSENT: Code = Code::new("ledger.block_absent", 404, "This gateway does not have the block");
/// No such epoch has begun, as far as this gateway's node knows.
pub const UNKNOWN_EPOCH: Code = Code::new("ledger.unknown_epoch", 404, "The epoch has not begun");
/// The token of the block stream is missing or wrong.
pub const FOLLOW_DENIED: Code = Code::new("ledger.follow_denied", 401, "The block stream needs its own token");

/// Every code of this slice, for the documentation and its test.
pub const ALL: &[Code] = &[
    BUSY,
    TOO_MUCH_WORK,
    INDEX_BEHIND,
    INDEX_MISMATCH,
    ERASED,
    NO_OPERATOR,
    UNKNOWN_SHARD,
    BLOCK_ABSENT,
    UNKNOWN_EPOCH,
    FOLLOW_DENIED,
];
