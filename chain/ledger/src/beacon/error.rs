//! Why the beacon slice rejects besides [`chain_beacon::Error`]. Invariant: codes never change meaning.

/// The slice's own rejections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// The chain has no beacon.
    NoBeacon,
    /// Only the beacon's shard does this.
    WrongShard,
    /// The tenant holds less than the bond.
    InsufficientBalance,
    /// The shard is not in the epoch before, or is about to leave it already.
    StaleEpoch,
    /// The committee of the epoch that ends did not certify the hand-over.
    HandOverUnproved,
}

impl Error {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoBeacon => "beacon.none",
            Self::WrongShard => "beacon.wrong_shard",
            Self::InsufficientBalance => "beacon.insufficient_balance",
            Self::StaleEpoch => "beacon.stale_epoch",
            Self::HandOverUnproved => "beacon.hand_over_unproved",
        }
    }
}

/// A genesis document's beacon that no chain may start with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GenesisFault {
    /// Its parameters or validators.
    #[error(transparent)]
    Beacon(#[from] chain_beacon::GenesisError),
    /// The document's validators weigh something else than their capped bonds.
    #[error("the validators' weights are not their capped bonds")]
    Weights,
}
