//! The parameters that genesis fixes for a chain. Invariant: members read these parameters only from the genesis
//! document.

use crate::work::WorkParameters;
use borsh::{BorshDeserialize, BorshSerialize};

/// The parameters of a chain.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct ChainParameters {
    /// The timeouts of views.
    pub timing: Timing,
    /// The weights of commands and the limit of a block.
    pub work: WorkParameters,
}

/// The timeouts of consensus, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Timing {
    /// The time that the first view waits for its block to be notarised.
    pub view_ms: u64,
    /// The largest timeout of a view. Each view waits 1.5 times as long as the one before. Consensus makes progress
    /// when proposing, executing and voting fit into this time, so it must be far above what they ever take.
    pub view_ms_max: u64,
    /// The time that a leader waits for a block notarised in an earlier view to become final, before it proposes that
    /// block again.
    pub grace_ms: u64,
    /// The interval at which messages are sent again while the height is undecided.
    pub resend_ms: u64,
}

impl Default for Timing {
    /// Defaults for validators whose messages take less than a tenth of a second.
    fn default() -> Self {
        Self { view_ms: 600, view_ms_max: 60_000, grace_ms: 150, resend_ms: 300 }
    }
}
