//! The beacon's parameters, a part of the genesis document. Invariant: all values are integers. Shares are parts per
//! million (ppm) or per thousand (permille).

use borsh::{BorshDeserialize, BorshSerialize};

/// Which validators sign which shards [P18, assignment].
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum AssignmentMode {
    /// Every validator signs every shard.
    Full,
    /// Each validator signs one shard, drawn again in every epoch.
    Sampled {
        /// The probability that an adversary controls a shard in one epoch is at most 2^-`failure_bits`.
        failure_bits: u32,
    },
}

/// The part of a bond that a conviction takes, and its distribution, in permille.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SlashShares {
    /// The part of the bond taken for two contradicting votes.
    pub equivocation: u16,
    /// The part of the bond taken for a broken promise.
    pub broken_promise: u16,
    /// The part of the bond taken for a bad deal.
    pub bad_deal: u16,
    /// The reporter's part of the slashed amount.
    pub reporter: u16,
    /// The compensation fund's part of the slashed amount. The rest is burned.
    pub fund: u16,
}

/// The beacon's parameters.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// The number of shards of the chain.
    pub shards: u16,
    /// The least number of beacon blocks in an epoch. An epoch whose end is awaited may have fewer. While its
    /// randomness is not drawn, an epoch does not end.
    pub epoch_blocks: u64,
    /// The least length of an epoch, in milliseconds of block time.
    pub epoch_ms_min: u64,
    /// The least time after its epoch during which an offence can be reported, in milliseconds of block time. Bonds
    /// stay locked for as long.
    pub evidence_ms_min: u64,
    /// The least number of beacon blocks during which deals are accepted.
    pub dealing_blocks: u64,
    /// The number of seats in the committee.
    pub seats: u16,
    /// The number of seats in the believable league (list of leaders) [P15, the league].
    pub league_seats: u16,
    /// The least bond of a validator, in native units.
    pub bond_min: u64,
    /// The largest share of the voting weight that one operator may have, in ppm.
    pub operator_cap_ppm: u32,
    /// The share of the committee that may be adversarial, in ppm. Below a third.
    pub adversary_ppm: u32,
    /// Which validators sign which shards.
    pub assignment: AssignmentMode,
    /// The penalties for offences.
    pub slash: SlashShares,
}

impl Parameters {
    /// Parameters for a consortium on `shards` shards: all validators sign every shard, and no operator has more than a
    /// third.
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
