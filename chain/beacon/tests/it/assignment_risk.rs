//! A consortium asks for sampled shards. The exact risk is too high below about a hundred validators and low enough far
//! above. Where it is too high, the chain does not start, and a committee that shrank falls back to full mode.

use crate::world::parameters;
use chain_beacon::{
    assignment::{Assignment, CommitteeFailure, smallest_shard},
    committee::SEATS_MAX,
    configuration::{ConfigurationError, check},
};
use chain_types::{
    Digest, Epoch, ShardId,
    beacon::{AssignmentMode, Parameters},
    limit,
};
use std::collections::BTreeSet;

/// A change to valid parameters, and the expected result of the check.
type Case = (fn(&mut Parameters), Result<(), ConfigurationError>);

fn sampled(seats: u16, shards: u16, failure_bits: u32) -> Parameters {
    Parameters {
        seats,
        shards,
        adversary_ppm: 200_000,
        assignment: AssignmentMode::Sampled { failure_bits },
        ..parameters()
    }
}

/// A fifth of the seats is faulty, rounded down. The expected values were computed independently from the exact tail.
#[test]
fn the_risk_of_one_shard_is_exact() {
    for (seats, bad, size, digits, expected) in [
        (64, 12, 16, 6, "36712"),
        (128, 25, 32, 6, "16987"),
        (256, 51, 128, 12, "18195"),
        (10, 3, 10, 6, "0"),
        (10, 4, 10, 6, "1000000"),
        (9, 1, 1, 9, "111111111"),
    ] {
        let failure = CommitteeFailure::of_shard(seats, bad, size).expect("enough seats");
        assert_eq!(failure.scaled(digits), expected, "{bad} of {seats} bad, {size} drawn");
    }
    assert_eq!(CommitteeFailure::of_shard(5, 6, 2), None);
    assert_eq!(CommitteeFailure::of_shard(5, 1, 6), None);
    assert_eq!(CommitteeFailure::of_shard(5, 1, 0), None);
}

#[test]
fn a_split_is_refused_exactly_where_its_risk_exceeds_the_target() {
    let refused = |parameters: &Parameters| matches!(check(parameters), Err(ConfigurationError::Sampling { .. }));
    assert!(refused(&sampled(64, 5, 10)), "four shards of sixteen fail with probability 0.15");
    assert!(refused(&sampled(100, 3, 20)));
    assert!(refused(&sampled(4, 8, 1)), "a shard would be empty");
    // Two shards of 128 fail with a probability of at most 2 x 1.82e-8 = 2^-24.7.
    assert_eq!(check(&sampled(256, 3, 24)), Ok(()));
    assert!(refused(&sampled(256, 3, 25)));
    assert_eq!(check(&Parameters { assignment: AssignmentMode::Full, ..sampled(4, 8, 60) }), Ok(()));
}

#[test]
fn every_limit_of_the_parameters_holds_at_its_edge() {
    use ConfigurationError as Refused;
    let cases: [Case; 18] = [
        (|p| p.shards = limit::SHARDS_MAX, Ok(())),
        (|p| p.shards = limit::SHARDS_MAX + 1, Err(Refused::Shards)),
        (|p| p.shards = 0, Err(Refused::Shards)),
        (|p| p.seats = SEATS_MAX, Ok(())),
        (|p| p.seats = SEATS_MAX + 1, Err(Refused::Seats)),
        (|p| p.seats = 0, Err(Refused::Seats)),
        (|p| p.league_seats = p.seats, Ok(())),
        (|p| p.league_seats = p.seats + 1, Err(Refused::League)),
        (|p| p.league_seats = 0, Err(Refused::League)),
        (|p| p.dealing_blocks = p.epoch_blocks, Err(Refused::Epoch)),
        (|p| p.evidence_ms_min = 8 * p.epoch_ms_min, Ok(())),
        (|p| p.evidence_ms_min = 8 * p.epoch_ms_min + 1, Err(Refused::Window)),
        (|p| p.dealing_blocks = 0, Err(Refused::Epoch)),
        (|p| p.bond_min = 0, Err(Refused::Bond)),
        (|p| p.adversary_ppm = 333_333, Ok(())),
        (|p| p.adversary_ppm = 333_334, Err(Refused::Share)),
        (|p| p.slash.equivocation = 1_001, Err(Refused::Slash)),
        (|p| p.slash.reporter = 601, Err(Refused::Slash)),
    ];
    for (number, (change, expected)) in cases.into_iter().enumerate() {
        let mut parameters = parameters();
        change(&mut parameters);
        assert_eq!(check(&parameters), expected, "case {number}");
    }
}

#[test]
fn each_seat_signs_the_beacon_and_one_other_shard() {
    let parameters = sampled(256, 3, 24);
    let draw = |randomness: u8| Assignment::draw(&parameters, Epoch(5), Digest([randomness; 32]), &seats(256));
    let assignment = draw(1);
    assert_eq!(assignment.signers(ShardId(0)), None, "all sign it");
    let shards: Vec<&[u16]> =
        (1..3).map(|shard| assignment.signers(ShardId(shard)).expect("the assignment is sampled")).collect();
    assert!(shards.iter().all(|shard| shard.len() == usize::from(smallest_shard(256, 3)) && shard.is_sorted()));
    assert_eq!(shards.concat().into_iter().collect::<BTreeSet<_>>().len(), 256);
    assert_eq!(assignment, draw(1));
    assert_ne!(assignment, draw(2));
    assert_eq!(Assignment::draw(&parameters, Epoch(5), Digest::ZERO, &seats(60)), Assignment::Full, "too few to split");
}

/// This many candidates, all with seats.
fn seats(count: u16) -> Vec<Option<u16>> {
    (0..count).map(Some).collect()
}
