//! Checks a chain's beacon parameters. Invariant: no chain starts whose sampled shards fail with a probability above
//! the target [P18, assignment].

use crate::{
    assignment::{CommitteeFailure, smallest_shard},
    committee::SEATS_MAX,
    stake::PPM,
};
use chain_types::{
    beacon::{AssignmentMode, Parameters},
    limit,
};

/// The longest window for reporting offences, in epochs of minimum length. It bounds the committees that the beacon
/// keeps.
pub const EVIDENCE_EPOCHS_KEPT: u64 = 8;
/// The scale of slashed shares.
pub const PERMILLE: u16 = 1_000;

/// The reason why no chain may start with the parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The number of shards is out of range.
    #[error("a chain has 1 to {} shards", limit::SHARDS_MAX)]
    Shards,
    /// The number of seats is out of range.
    #[error("a committee has 1 to {SEATS_MAX} seats")]
    Seats,
    /// The league is empty or larger than the committee.
    #[error("a league has 1 to as many seats as the committee")]
    League,
    /// The dealing blocks are zero or fill the whole epoch.
    #[error("an epoch has blocks to deal in, and more blocks after them")]
    Epoch,
    /// Offences could be reported for longer than past committees are kept.
    #[error("evidence counts for at most {EVIDENCE_EPOCHS_KEPT} epochs of the least time")]
    Window,
    /// The minimum bond is zero.
    #[error("the least bond is more than nothing")]
    Bond,
    /// A share exceeds one, or the assumed adversary has a third or more.
    #[error("shares are at most one, and the adversary has less than a third")]
    Share,
    /// A slashed share exceeds the whole, or reporter and fund get more than is slashed.
    #[error("slashed shares are at most 1000 permille, and so are reporter and fund together")]
    Slash,
    /// A sampled shard would be empty, or its risk exceeds the target.
    #[error("shards of {size} of {seats} validators fall more often than once in 2^{failure_bits}: use full mode")]
    Sampling {
        /// The seats of the committee.
        seats: u16,
        /// The validators of the smallest shard.
        size: u16,
        /// The target: a probability of at most 2^-`failure_bits`.
        failure_bits: u32,
    },
}

/// Checks the parameters.
///
/// # Errors
/// [`ConfigurationError`] names the first fault.
pub fn check(parameters: &Parameters) -> Result<(), ConfigurationError> {
    let Parameters { shards, seats, league_seats, .. } = *parameters;
    let slash = &parameters.slash;
    let rates = [slash.equivocation, slash.broken_promise, slash.bad_deal, slash.reporter.saturating_add(slash.fund)];
    let is_third = parameters.adversary_ppm.saturating_mul(3) >= PPM;
    let is_share = (1..=PPM).contains(&parameters.operator_cap_ppm);
    if shards == 0 || shards > limit::SHARDS_MAX {
        Err(ConfigurationError::Shards)
    } else if seats == 0 || seats > SEATS_MAX {
        Err(ConfigurationError::Seats)
    } else if league_seats == 0 || league_seats > seats {
        Err(ConfigurationError::League)
    } else if parameters.dealing_blocks == 0 || parameters.dealing_blocks >= parameters.epoch_blocks {
        Err(ConfigurationError::Epoch)
    } else if parameters.evidence_ms_min > parameters.epoch_ms_min.saturating_mul(EVIDENCE_EPOCHS_KEPT) {
        Err(ConfigurationError::Window)
    } else if parameters.bond_min == 0 {
        Err(ConfigurationError::Bond)
    } else if is_third || !is_share {
        Err(ConfigurationError::Share)
    } else if rates.iter().any(|rate| *rate > PERMILLE) {
        Err(ConfigurationError::Slash)
    } else {
        check_sampling(parameters, seats)
    }
}

/// Checks that a committee of `seats` may be split into sampled shards. Full mode always passes.
///
/// # Errors
/// [`ConfigurationError::Sampling`].
pub fn check_sampling(parameters: &Parameters, seats: u16) -> Result<(), ConfigurationError> {
    let AssignmentMode::Sampled { failure_bits } = parameters.assignment else { return Ok(()) };
    let size = smallest_shard(seats, parameters.shards);
    let failure = CommitteeFailure::of_split(seats, parameters.adversary_ppm, parameters.shards);
    if failure.is_some_and(|failure| failure.is_at_most(failure_bits)) {
        Ok(())
    } else {
        Err(ConfigurationError::Sampling { seats, size, failure_bits })
    }
}
