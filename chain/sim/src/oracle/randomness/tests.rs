//! Tests of the randomness oracle: its tickets against the beacon's, and its interpolation against known polynomials.

use super::{at_zero, tickets};
use chain_beacon::randomness::Tickets;
use curve25519_dalek::{constants::RISTRETTO_BASEPOINT_POINT, scalar::Scalar};

#[test]
fn tickets_are_those_that_the_beacon_hands_out() {
    for weights in [&[1, 1, 1, 1][..], &[5, 3, 3, 2, 2], &[100, 1, 1], &[7], &[0, 4, 4, 4], &[33, 33, 33, 1, 0, 10]] {
        let beacons = Tickets::of(weights);
        let own = tickets(&weights.iter().map(|weight| u128::from(*weight)).collect::<Vec<_>>())
            .expect("the committee has tickets");
        assert_eq!(own, (beacons.holders().to_vec(), beacons.threshold()), "{weights:?}");
    }
}

#[test]
fn enough_shares_interpolate_to_the_value_at_zero_and_a_wrong_share_does_not() {
    let value = |at: u64| Scalar::from(7_u64) + Scalar::from(3_u64) * Scalar::from(at);
    let share = |at: u64| (Scalar::from(at), RISTRETTO_BASEPOINT_POINT * value(at));
    let secret = RISTRETTO_BASEPOINT_POINT * Scalar::from(7_u64);
    assert_eq!(at_zero(&[share(1), share(2)]), secret);
    assert_eq!(at_zero(&[share(5), share(2), share(9)]), secret);
    assert_ne!(at_zero(&[share(5), share(2), (Scalar::from(9_u64), secret)]), secret);
    assert_ne!(at_zero(&[share(4)]), secret, "one share is below the threshold");
}
