//! Why a step across shards is not taken. Invariant: codes never change meaning.

/// A step that changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The value or the header is of another chain.
    #[error("atomic.wrong_chain")]
    WrongChain,
    /// The value or the header is of, or for, another shard.
    #[error("atomic.wrong_shard")]
    WrongShard,
    /// The header's epoch is too old, or not known yet.
    #[error("atomic.unknown_epoch")]
    UnknownEpoch,
    /// The header has no valid certificate of its epoch's validators.
    #[error("atomic.uncertified")]
    Uncertified,
    /// The state proof does not show what the step needs under the header's root.
    #[error("atomic.proof_mismatch")]
    ProofMismatch,
    /// A shard sends to itself or to one that does not exist.
    #[error("atomic.unknown_destination")]
    UnknownDestination,
    /// Too many messages wait for the destination.
    #[error("atomic.outbox_full")]
    OutboxFull,
    /// The destination is not known to have taken more in than before.
    #[error("atomic.nothing_acknowledged")]
    NothingAcknowledged,
    /// The message was taken in already.
    #[error("atomic.message_replayed")]
    MessageReplayed,
    /// An earlier message was not taken in yet.
    #[error("atomic.message_out_of_order")]
    MessageOutOfOrder,
    /// The number of legs, their order or an amount is wrong.
    #[error("atomic.bundle_malformed")]
    BundleMalformed,
    /// The very same bundle was opened by the same transaction.
    #[error("atomic.bundle_exists")]
    BundleExists,
    /// This shard coordinates no such bundle.
    #[error("atomic.unknown_bundle")]
    UnknownBundle,
    /// The bundle is decided.
    #[error("atomic.bundle_decided")]
    BundleDecided,
    /// The bundle is not decided.
    #[error("atomic.bundle_undecided")]
    BundleUndecided,
    /// The deadline has passed.
    #[error("atomic.deadline_passed")]
    DeadlinePassed,
    /// The deadline has not passed.
    #[error("atomic.deadline_ahead")]
    DeadlineAhead,
    /// The deadline lies too far ahead of what this shard knows of the beacon shard's height.
    #[error("atomic.deadline_too_far")]
    DeadlineTooFar,
    /// The bundle has no such leg, or this shard holds no lock of it.
    #[error("atomic.unknown_leg")]
    UnknownLeg,
    /// The transaction's tenant is not the leg's debtor.
    #[error("atomic.not_debtor")]
    NotDebtor,
    /// The leg was locked or refused already.
    #[error("atomic.leg_locked")]
    LegLocked,
    /// The leg was reported already.
    #[error("atomic.leg_reported")]
    LegReported,
    /// The leg holds no escrow any more, or never did.
    #[error("atomic.leg_settled")]
    LegSettled,
    /// The leg still holds escrow, or its deadline is not long enough past.
    #[error("atomic.leg_kept")]
    LegKept,
    /// This shard knows of a later height.
    #[error("atomic.beacon_not_newer")]
    BeaconNotNewer,
}
