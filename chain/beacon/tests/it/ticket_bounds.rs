//! Tickets for uneven weights: every set of validators below a third of the weight stays below the threshold, and every
//! set above two thirds reaches it. Checked for all sets of small committees.

use chain_beacon::{
    committee::SEATS_MAX,
    randomness::{TICKETS_MAX, Tickets},
};
use proptest::{collection::vec, prelude::*};

/// Checks both bounds for every set of validators.
fn assert_bounds(weights: &[u64]) {
    let tickets = Tickets::of(weights);
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    assert!(tickets.len() <= 4 * weights.len(), "{weights:?}");
    for set in 0_u32..1 << weights.len() {
        let members = (0..weights.len()).filter(|at| set >> at & 1 == 1);
        let (mut weight, mut held) = (0_u128, 0);
        for member in members {
            weight += u128::from(weights[member]);
            held += tickets.of_holder(u16::try_from(member).expect("a small committee")).len();
        }
        assert!(3 * weight >= total || held < tickets.threshold(), "{weights:?}: {set:b} learns the secret early");
        assert!(3 * weight <= 2 * total || held >= tickets.threshold(), "{weights:?}: {set:b} cannot finish");
    }
}

#[test]
fn equal_weights_get_one_ticket_each() {
    for count in 1..=10_usize {
        let weights = vec![77; count];
        assert_eq!(Tickets::of(&weights).len(), count);
        assert_bounds(&weights);
    }
}

#[test]
fn the_largest_committee_stays_within_the_limit() {
    let weights: Vec<u64> = (1..=u64::from(SEATS_MAX)).map(|n| n * n * n + 1).collect();
    assert!(Tickets::of(&weights).len() <= TICKETS_MAX);
}

#[test]
fn every_validator_near_the_average_gets_a_ticket() {
    let weights: Vec<u64> = (0..16).map(|n| 1_000 + 20 * n).collect();
    let tickets = Tickets::of(&weights);
    assert!((0..16).all(|holder| !tickets.of_holder(holder).is_empty()));
    assert!(tickets.len() < 2 * weights.len(), "the number of tickets stays small");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]
    #[test]
    fn any_weights_keep_both_bounds(weights in vec(prop_oneof![1_u64..=12, 1..=u64::MAX >> 4], 1..=9)) {
        assert_bounds(&weights);
    }
}
