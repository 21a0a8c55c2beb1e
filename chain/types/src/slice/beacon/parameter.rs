//! The beacon's parameters, part of what a chain is from its beginning. Invariant: integers only; shares are parts per
//! million (ppm) or per thousand (permille).

use borsh::{BorshDeserialize, BorshSerialize};

/// Which validators sign which shards [P18].
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum AssignmentMode {
    /// Every validator signs every shard.
    Full,
    /// Each validator signs one shard, drawn anew each epoch.
    Sampled {
        /// The most probable that a shard may fall to the adversary in one epoch: 2^-`failure_bits`.
        failure_bits: u32,
    },
}

/// What a conviction takes and who gets it, in permille.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SlashShares {
    /// Of the bond, for two contradicting votes.
    pub equivocation: u16,
    /// Of the bond, for a broken promise.
    pub broken_promise: u16,
    /// Of the bond, for a bad deal.
    pub bad_deal: u16,
    /// Of what is slashed, to whoever reports.
    pub reporter: u16,
    /// Of what is slashed, to the compensation fund. The rest is burned.
    pub fund: u16,
}

/// The beacon's parameters.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// The shards of the chain.
    pub shards: u16,
    /// The least number of beacon blocks in an epoch whose end nobody waits for; it ends later if its randomness is
    /// not drawn yet.
    pub epoch_blocks: u64,
    /// The least time of an epoch, in milliseconds of block time.
    pub epoch_ms_min: u64,
    /// For how long after its epoch an offence can be reported at least, in milliseconds of block time; bonds stay as
    /// long.
    pub evidence_ms_min: u64,
    /// The least number of beacon blocks in which deals are taken.
    pub dealing_blocks: u64,
    /// The seats of the committee.
    pub seats: u16,
    /// The seats of the believable league [P15].
    pub league_seats: u16,
    /// The least bond of a validator, in native units.
    pub bond_min: u64,
    /// The most of the voting weight that one operator may have, in ppm.
    pub operator_cap_ppm: u32,
    /// The share of the committee that may be adversarial, in ppm, below a third.
    pub adversary_ppm: u32,
    /// Which validators sign which shards.
    pub assignment: AssignmentMode,
    /// What convictions take.
    pub slash: SlashShares,
}

impl Parameters {
    /// Parameters for a consortium on `shards` shards: everybody signs everything, no operator has over a third.
    pub const fn consortium(shards: u16) -> Self {
        Self {
            shards,
            epoch_blocks: 600,
            epoch_ms_min: 60 * 60 * 1_000,
            evidence_ms_min: 8 * 60 * 60 * 1_000,
            dealing_blocks: 60,
            seats: 64,
            league_seats: 16,
            bond_min: 100_000_000,
            operator_cap_ppm: 330_000,
            adversary_ppm: 250_000,
            assignment: AssignmentMode::Full,
            slash: SlashShares { equivocation: 1_000, broken_promise: 100, bad_deal: 100, reporter: 100, fund: 400 },
        }
    }
}
