//! Tickets [P17, randomness]: the number of shares that a validator's weight entitles it to. Invariant: less than a
//! third of the weight holds fewer tickets than the threshold. More than two thirds of the weight hold at least the
//! threshold, despite rounding.
//!
//! With `B` ideal tickets and total weight `W`, a validator of weight `w` gets `floor(w B / W)`. Less than a third of
//! the weight then holds less than `B / 3`. More than two thirds hold more than `2 B / 3 - L`, where `L` is the total
//! lost to rounding. A threshold `ceil(B / 3)` fits in between when `ceil(B / 3) <= floor(2 B / 3) + 1 - L`, at the
//! latest for `B = 4 n`, since `L < n`.

use borsh::{BorshDeserialize, BorshSerialize};

/// The maximum number of tickets of one epoch: four for each of 256 seats.
pub const TICKETS_MAX: usize = 1_024;

/// The tickets of one epoch, numbered from 0 in the order of their holders.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Tickets {
    holders: Vec<u16>,
    threshold: u16,
}

impl Tickets {
    /// The smallest number of tickets that keeps both bounds for these weights and gives a ticket to every validator
    /// that would get one out of `4 n`.
    pub fn of(weights: &[u64]) -> Self {
        let total = weights.iter().fold(0_u128, |sum, weight| sum.saturating_add(u128::from(*weight)));
        let members = u128::try_from(weights.len()).unwrap_or(u128::MAX);
        let most = members.saturating_mul(4);
        let finest = counts(weights, total, most);
        let serves_all = |counts: &[u128]| finest.iter().zip(counts).all(|(finest, count)| *finest == 0 || *count > 0);
        let mut ideal = members;
        let mut handed_out = counts(weights, total, ideal);
        while ideal < most && !(is_sound(ideal, &handed_out) && serves_all(&handed_out)) {
            ideal = ideal.saturating_add(1);
            handed_out = counts(weights, total, ideal);
        }
        let holders = (0_u16..)
            .zip(&handed_out)
            .flat_map(|(holder, count)| std::iter::repeat_n(holder, usize::try_from(*count).unwrap_or(0)));
        Self { holders: holders.collect(), threshold: u16::try_from(ideal.div_ceil(3)).unwrap_or(u16::MAX) }
    }

    /// The holder of each ticket, ascending.
    pub fn holders(&self) -> &[u16] {
        &self.holders
    }

    /// The number of tickets that yields the secret; one fewer yields nothing.
    pub fn threshold(&self) -> usize {
        usize::from(self.threshold)
    }

    /// The number of tickets.
    pub fn len(&self) -> usize {
        self.holders.len()
    }

    pub fn is_empty(&self) -> bool {
        self.holders.is_empty()
    }

    /// The numbers of a holder's tickets.
    pub fn of_holder(&self, holder: u16) -> std::ops::Range<usize> {
        let start = self.holders.partition_point(|other| *other < holder);
        start..self.holders.partition_point(|other| *other <= holder)
    }
}

fn counts(weights: &[u64], total: u128, ideal: u128) -> Vec<u128> {
    let count = |weight: &u64| u128::from(*weight).saturating_mul(ideal).checked_div(total).unwrap_or(0);
    weights.iter().map(count).collect()
}

fn is_sound(ideal: u128, counts: &[u128]) -> bool {
    let handed_out = counts.iter().fold(0_u128, |sum, count| sum.saturating_add(*count));
    let lost = ideal.saturating_sub(handed_out);
    let honest_least = (ideal.saturating_mul(2) / 3).saturating_add(1);
    ideal.div_ceil(3).saturating_add(lost) <= honest_least
}
