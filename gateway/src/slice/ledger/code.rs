//! Problem codes of the ledger endpoints. Invariant: a block that this gateway lacks has another code than an unknown
//! shard or epoch.

crate::error::codes! {
    /// The chain has no such shard.
    UNKNOWN_SHARD = "ledger.unknown_shard", 404, "There is no such shard";
    /// The block is final, but this gateway's node joined from a later snapshot or pruned the block's body.
    BLOCK_ABSENT = "ledger.block_absent", 404, "This gateway does not have the block";
    /// The epoch has not begun, as far as this gateway's node knows.
    UNKNOWN_EPOCH = "ledger.unknown_epoch", 404, "The epoch has not begun";
    /// The token of the block stream is missing or wrong.
    FOLLOW_DENIED = "ledger.follow_denied", 401, "The block stream needs its own token";
}
