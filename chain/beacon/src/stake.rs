//! Voting weight [P14, bonds]: bonded stake, capped per operator. Invariant: no operator's weight exceeds its cap of
//! the total weight. More stake never means less weight for its operator.

use chain_types::TenantId;
use std::collections::BTreeMap;

/// The scale of shares: parts per million.
pub const PPM: u32 = 1_000_000;

/// A validator's bond and its operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stake {
    pub operator: TenantId,
    /// The bond in native units.
    pub bond: u64,
}

/// The voting weight of each stake, in native units and in the same order. All bonds together fit in a `u64`.
///
/// The ceiling is the greatest `L` such that an operator of weight `L` has at most `cap_ppm` of the total when every
/// operator is cut to `L`. With too few operators for the cap, the cap is an equal share: every operator then weighs as
/// much as the smallest.
pub fn capped_weights(stakes: &[Stake], cap_ppm: u32) -> Vec<u64> {
    let mut operators: BTreeMap<TenantId, u128> = BTreeMap::new();
    for stake in stakes {
        let sum = operators.entry(stake.operator).or_default();
        *sum = sum.saturating_add(u128::from(stake.bond));
    }
    let ceiling = ceiling(&operators, cap_ppm);
    let mut unassigned: BTreeMap<TenantId, u128> = BTreeMap::new();
    let mut weights = Vec::with_capacity(stakes.len());
    for stake in stakes {
        let sum = operators.get(&stake.operator).copied().unwrap_or(0);
        let share = u128::from(stake.bond).saturating_mul(sum.min(ceiling)).checked_div(sum).unwrap_or(0);
        let rest = unassigned.entry(stake.operator).or_insert_with(|| sum.min(ceiling));
        *rest = rest.saturating_sub(share);
        weights.push(u64::try_from(share).unwrap_or(u64::MAX));
    }
    hand_out_rest(stakes, &mut weights, &mut unassigned);
    weights
}

/// Gives the units that an operator loses to rounding, at most one per validator, to its first validators.
fn hand_out_rest(stakes: &[Stake], weights: &mut [u64], unassigned: &mut BTreeMap<TenantId, u128>) {
    for (stake, weight) in stakes.iter().zip(weights) {
        if let Some(rest) = unassigned.get_mut(&stake.operator)
            && *rest > 0
            && *weight < stake.bond
        {
            *rest = rest.saturating_sub(1);
            *weight = weight.saturating_add(1);
        }
    }
}

/// Finds the ceiling by bisection: `cap x sum(min(s, L)) - L` is concave in `L` and zero at zero, so the condition
/// holds up to one point and not beyond.
fn ceiling(operators: &BTreeMap<TenantId, u128>, cap_ppm: u32) -> u128 {
    // An operator whose bonds were slashed to zero does not count: it would pull every other operator down to zero.
    let staked = operators.values().filter(|stake| **stake > 0).count();
    let count = u128::try_from(staked).unwrap_or(u128::MAX);
    let (share, whole) = effective_cap(count, cap_ppm);
    let holds = |limit: u128| {
        let total = operators.values().fold(0_u128, |sum, stake| sum.saturating_add(limit.min(*stake)));
        total.saturating_mul(share) >= limit.saturating_mul(whole)
    };
    let (mut low, mut high) = (0_u128, operators.values().copied().max().unwrap_or(0));
    while low < high {
        let middle = low.saturating_add(high).saturating_add(1) >> 1;
        if holds(middle) {
            low = middle;
        } else {
            high = middle.saturating_sub(1);
        }
    }
    low
}

/// The cap as a fraction: the configured one, or an equal share where that is larger.
fn effective_cap(operators: u128, cap_ppm: u32) -> (u128, u128) {
    let wanted = u128::from(cap_ppm.min(PPM));
    let whole = u128::from(PPM);
    if wanted.saturating_mul(operators) >= whole { (wanted, whole) } else { (1, operators) }
}
