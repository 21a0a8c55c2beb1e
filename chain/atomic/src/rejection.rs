//! The rejections of the atomic slice; each comment is the text that clients see. Invariant: codes never change
//! meaning.

chain_types::rejections! {
    "atomic";
    /// The value or the header is of another chain.
    WrongChain = "wrong_chain";
    /// The value or the header is of, or for, another shard.
    WrongShard = "wrong_shard";
    /// The header's epoch is too old, or not known yet.
    UnknownEpoch = "unknown_epoch";
    /// The header has no valid certificate of its epoch's validators.
    Uncertified = "uncertified";
    /// The state proof does not show what the step needs under the header's root.
    ProofMismatch = "proof_mismatch";
    /// A shard sends to itself or to one that does not exist.
    UnknownDestination = "unknown_destination";
    /// Too many messages wait for the destination.
    OutboxFull = "outbox_full";
    /// The destination is not known to have taken more in than before.
    NothingAcknowledged = "nothing_acknowledged";
    /// The message was taken in already.
    MessageReplayed = "message_replayed";
    /// An earlier message was not taken in yet.
    MessageOutOfOrder = "message_out_of_order";
    /// The number of legs, their order or an amount is wrong.
    BundleMalformed = "bundle_malformed";
    /// The very same bundle was opened by the same transaction.
    BundleExists = "bundle_exists";
    /// This shard coordinates no such bundle.
    UnknownBundle = "unknown_bundle";
    /// The bundle is decided.
    BundleDecided = "bundle_decided";
    /// The bundle is not decided.
    BundleUndecided = "bundle_undecided";
    /// The deadline has passed.
    DeadlinePassed = "deadline_passed";
    /// The deadline lies too far ahead of the block's time.
    DeadlineTooFar = "deadline_too_far";
    /// The bundle has no such leg, or this shard holds no lock of it.
    UnknownLeg = "unknown_leg";
    /// The transaction's tenant is not the leg's debtor, whose answer alone counts before the deadline.
    NotDebtor = "not_debtor";
    /// The leg was locked or refused already.
    LegLocked = "leg_locked";
    /// The leg was reported already.
    LegReported = "leg_reported";
    /// The leg holds no escrow any more, or never did.
    LegSettled = "leg_settled";
    /// The leg still holds escrow, or its deadline is not long enough past.
    LegKept = "leg_kept";
}
