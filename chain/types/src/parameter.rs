//! What a chain fixes at its genesis about how it runs. Invariant: every member reads the same values from the genesis
//! document, so nothing that members must agree on is configured anywhere else.

use crate::work::WorkParameters;
use borsh::{BorshDeserialize, BorshSerialize};

/// A chain's parameters.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct ChainParameters {
    /// How long views wait.
    pub timing: Timing,
    /// What commands weigh, and how much a block may.
    pub work: WorkParameters,
}

/// The waits of a committee, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Timing {
    /// How long the first view waits for its block to be notarised.
    pub view_ms: u64,
    /// The longest that any view waits: each waits half as long again as the one before. Views decide as long as a
    /// block is proposed, executed and voted for within this time, so it lies far above what that ever takes.
    pub view_ms_max: u64,
    /// How long the leader of a view that follows a notarised one waits for it to become final before proposing its
    /// block again.
    pub grace_ms: u64,
    /// How often what was said is said again while the height is not decided.
    pub resend_ms: u64,
}

impl Default for Timing {
    /// For validators whose messages take less than a tenth of a second.
    fn default() -> Self {
        Self { view_ms: 600, view_ms_max: 60_000, grace_ms: 150, resend_ms: 300 }
    }
}
