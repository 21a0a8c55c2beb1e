//! The rejections of the beacon slice; each comment is the text that clients see. Invariant: codes never change
//! meaning.

chain_types::rejections! {
    "beacon";
    /// The chain has no beacon.
    NoBeacon = "none";
    /// Only the beacon's shard does this.
    WrongShard = "wrong_shard";
    /// The tenant holds less than the bond.
    InsufficientBalance = "insufficient_balance";
    /// The committee of the epoch that ends did not certify the hand-over.
    HandOverUnproved = "hand_over_unproved";
    /// The signer is not the validator that the command is about.
    UnknownValidator = "unknown_validator";
    /// A key is registered already.
    KeyTaken = "key_taken";
    /// A key is of small order, or the randomness key is not a point or not possessed.
    WeakKey = "weak_key";
    /// The registration is not signed by the new validator's own key.
    NotOwnKey = "not_own_key";
    /// The bond is below the least one.
    BondTooSmall = "bond_too_small";
    /// All bonds together would exceed what can exist.
    BondTotal = "bond_total";
    /// The registry is full.
    RegistryFull = "registry_full";
    /// The validator is not about to join in that epoch.
    NotJoining = "not_joining";
    /// The validator acknowledged already.
    Acknowledged = "acknowledged";
    /// The validator leaves already, or is jailed without a bond.
    Leaving = "leaving";
    /// The validator is not benched.
    NotBenched = "not_benched";
    /// The command is for another epoch than the present one, or than the next when a shard enters it.
    StaleEpoch = "stale_epoch";
    /// The command is for another chain.
    WrongChain = "wrong_chain";
    /// Deals are over, or reveals have not begun.
    Phase = "randomness_phase";
    /// The index is not in the committee, or has no tickets.
    NotMember = "not_member";
    /// The dealer dealt, or the holder revealed, before.
    Duplicate = "duplicate";
    /// The deal is not signed by its dealer.
    DealUnsigned = "deal_unsigned";
    /// The deal is not a valid sharing.
    DealInvalid = "deal_invalid";
    /// The shares are not the holder's decrypted shares.
    ShareInvalid = "share_invalid";
    /// The evidence is about an epoch too long ago, or one that has not begun, or about a validator that is gone.
    EvidenceAge = "evidence_age";
    /// The evidence proves nothing.
    EvidenceInvalid = "evidence_invalid";
    /// The validator was convicted of this already.
    Convicted = "convicted";
    /// The block is not final, or none at which attendance is taken.
    AttendanceInvalid = "attendance_invalid";
    /// The certificate shows nobody who was not known.
    Attended = "attended";
    /// The shard is known to have entered the epoch.
    ShardKnown = "shard_known";
    /// The block is not certified, or its state does not hold the epoch's hand-over.
    ShardUnproved = "shard_unproved";
    /// The epoch is too short, its randomness is not drawn, or a shard has not entered it.
    EpochUnfinished = "epoch_unfinished";
    /// The beacon's shard enters epochs by ending the one before.
    OwnEpoch = "own_epoch";
    /// The transaction is not signed by the chain's operator.
    NotOperator = "not_operator";
    /// The version is not above the present one.
    VersionNotHigher = "version_not_higher";
    /// The epoch from which the version is to hold has begun already.
    VersionTooSoon = "version_too_soon";
    /// The tenant is owed less.
    NotOwed = "not_owed";
}
