//! Assigns validators to shards [P18, assignment]. Invariant: all validators sign shard 0. In sampled mode each
//! validator also signs one other shard, drawn by the epoch's randomness. An epoch whose exact risk exceeds the target
//! is in full mode.

mod failure;

pub use failure::CommitteeFailure;

use crate::{configuration::check_sampling, draw::Draw};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Digest, Epoch, ShardId,
    beacon::{AssignmentMode, Parameters},
};

/// The signers of each shard in one epoch.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Assignment {
    /// Every validator signs every shard, with its weight.
    Full,
    /// For each shard from 1 on, the ascending committee indices of its signers; each signer has weight 1.
    Sampled(Vec<Vec<u16>>),
}

impl Assignment {
    /// Draws the assignment of an epoch. `places` holds the seat of each candidate in a fixed order; a candidate
    /// without a seat is skipped.
    pub fn draw(parameters: &Parameters, epoch: Epoch, randomness: Digest, places: &[Option<u16>]) -> Self {
        let seats = u16::try_from(places.iter().flatten().count()).unwrap_or(u16::MAX);
        let is_sampled = matches!(parameters.assignment, AssignmentMode::Sampled { .. });
        if !is_sampled || parameters.shards < 2 || check_sampling(parameters, seats).is_err() {
            return Self::Full;
        }
        let count = u16::try_from(places.len()).unwrap_or(u16::MAX);
        let order = shuffle(epoch, randomness, count).into_iter();
        let mut order = order.filter_map(|candidate| places.get(usize::from(candidate)).copied().flatten());
        let sizes = sizes(seats, parameters.shards);
        let shards = sizes.map(|size| {
            let mut shard: Vec<u16> = order.by_ref().take(usize::from(size)).collect();
            shard.sort_unstable();
            shard
        });
        Self::Sampled(shards.collect())
    }

    /// The committee indices that sign a shard; `None` when all sign it.
    pub fn signers(&self, shard: ShardId) -> Option<&[u16]> {
        let Self::Sampled(shards) = self else { return None };
        let place = shard.0.checked_sub(1)?;
        Some(shards.get(usize::from(place)).map_or(&[], Vec::as_slice))
    }
}

/// The number of validators of the smallest sampled shard.
pub fn smallest_shard(seats: u16, shards: u16) -> u16 {
    seats.checked_div(shards.saturating_sub(1)).unwrap_or(seats)
}

/// The sizes of shards 1 and up. They differ by at most one, and the larger ones come first.
fn sizes(seats: u16, shards: u16) -> impl Iterator<Item = u16> {
    let sampled = shards.saturating_sub(1);
    let (least, larger) = (smallest_shard(seats, shards), seats.checked_rem(sampled).unwrap_or(0));
    (0..sampled).map(move |shard| least.saturating_add(u16::from(shard < larger)))
}

/// All indices below `count` in a random order (Fisher-Yates shuffle).
fn shuffle(epoch: Epoch, randomness: Digest, count: u16) -> Vec<u16> {
    let label = [b"assignment".as_slice(), &epoch.0.to_le_bytes()].concat();
    let mut draw = Draw::new(randomness, &label);
    let mut order: Vec<u16> = (0..count).collect();
    for place in (1..order.len()).rev() {
        let bound = u128::try_from(place).unwrap_or(u128::MAX).saturating_add(1);
        order.swap(place, usize::try_from(draw.below(bound)).unwrap_or(place));
    }
    order
}
