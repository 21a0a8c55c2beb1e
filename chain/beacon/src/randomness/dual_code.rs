//! The degree test of SCRAPE: committed shares on a low-degree polynomial are orthogonal to random words of the dual
//! code. Invariant: shares of a higher degree pass with probability 1 / 2^252. The word is derived from a hash of the
//! shares themselves.

use super::group::Transcript;
use curve25519_dalek::{
    ristretto::RistrettoPoint,
    scalar::Scalar,
    traits::{Identity as _, VartimeMultiscalarMul as _},
};

/// Whether `commitments[j - 1] = g^p(j)` for one polynomial `p` of degree below `threshold`; `g` is the generator.
pub(super) fn has_low_degree(commitments: &[RistrettoPoint], threshold: usize, draw: &Transcript) -> bool {
    let Some(free) = commitments.len().checked_sub(threshold) else { return false };
    let polynomial: Vec<Scalar> =
        (0..free).map(|index| draw.clone().with(&number(index).to_le_bytes()).scalar()).collect();
    let word = weights(commitments.len())
        .into_iter()
        .zip(1_u64..)
        .map(|(weight, at)| weight * evaluate(&polynomial, Scalar::from(at)));
    RistrettoPoint::vartime_multiscalar_mul(word, commitments) == RistrettoPoint::identity()
}

/// Evaluates a polynomial, lowest coefficient first.
pub(super) fn evaluate(polynomial: &[Scalar], at: Scalar) -> Scalar {
    polynomial.iter().rev().fold(Scalar::ZERO, |sum, coefficient| sum * at + coefficient)
}

/// The weights `1 / prod_{j != i} (i - j)` over `1..=count`. The inverse is `(i - 1)!` times `(count - i)!`, negative
/// when `count - i` is odd.
fn weights(count: usize) -> Vec<Scalar> {
    let mut factorials = vec![Scalar::ONE];
    for factor in 1..number(count) {
        let last = factorials.last().copied().unwrap_or(Scalar::ONE);
        factorials.push(last * Scalar::from(factor));
    }
    let mut products: Vec<Scalar> = factorials.iter().zip(factorials.iter().rev()).map(|(a, b)| a * b).collect();
    Scalar::invert_batch_alloc(&mut products);
    let odd_from_end = |index: usize| count.saturating_sub(index).saturating_sub(1) & 1 == 1;
    products.iter().enumerate().map(|(index, weight)| if odd_from_end(index) { -weight } else { *weight }).collect()
}

fn number(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::group::G;

    #[test]
    fn the_test_accepts_degrees_below_the_threshold_only() {
        for (count, threshold) in [(1_u64, 1_usize), (4, 2), (7, 3), (16, 6), (17, 6)] {
            for degree in 0..usize::try_from(count).expect("the count fits a usize") {
                let polynomial: Vec<Scalar> = (0..=degree).map(|n| Scalar::from(number(n) * 7 + 3)).collect();
                let shares: Vec<_> = (1..=count).map(|at| evaluate(&polynomial, Scalar::from(at)) * G).collect();
                let accepted = has_low_degree(&shares, threshold, &Transcript::new(b"test"));
                assert_eq!(accepted, degree < threshold, "{count} {threshold} {degree}");
            }
        }
    }
}
