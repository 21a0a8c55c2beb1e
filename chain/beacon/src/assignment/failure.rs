//! The exact probability that a third or more of a randomly drawn shard is faulty. Invariant: all arithmetic uses
//! fractions of natural numbers. Every machine therefore gets the same result.

use super::{sizes, smallest_shard};
use crate::stake::PPM;
use num_bigint::BigUint;

/// A probability as an exact fraction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommitteeFailure {
    numerator: BigUint,
    denominator: BigUint,
}

impl CommitteeFailure {
    /// The hypergeometric tail: `size` of `seats` are drawn, `adversaries` of the seats are faulty, and the shard fails
    /// when a third or more of it is faulty: `sum over i > (size - 1) / 3 of C(adversaries, i) C(seats - adversaries,
    /// size - i) / C(seats, size)`. Here `i` counts the faulty members, and `C` is the binomial coefficient. `None`
    /// when `size` is zero, or `size` or `adversaries` exceeds `seats`.
    pub fn of_shard(seats: u16, adversaries: u16, size: u16) -> Option<Self> {
        let honest = seats.checked_sub(adversaries)?;
        if size == 0 || size > seats {
            return None;
        }
        let tolerated = size.saturating_sub(1) / 3;
        let bad = tolerated.saturating_add(1)..=size;
        let ways = bad.map(|bad| choose(adversaries, bad) * choose(honest, size.saturating_sub(bad)));
        Some(Self { numerator: ways.fold(BigUint::ZERO, |sum, ways| sum + ways), denominator: choose(seats, size) })
    }

    /// The probability that any shard of a split fails, by the union bound over shards 1 and up. `None` when a shard
    /// would be empty.
    pub fn of_split(seats: u16, adversary_ppm: u32, shards: u16) -> Option<Self> {
        let adversaries = u64::from(seats).saturating_mul(u64::from(adversary_ppm)).checked_div(u64::from(PPM))?;
        let adversaries = u16::try_from(adversaries).ok()?;
        let least = smallest_shard(seats, shards);
        let larger = sizes(seats, shards).filter(|size| *size > least).count();
        let equal = usize::from(shards.saturating_sub(1)).saturating_sub(larger);
        let one = Self::of_shard(seats, adversaries, least)?.times(equal);
        if larger == 0 {
            return Some(one);
        }
        let other = Self::of_shard(seats, adversaries, least.saturating_add(1))?.times(larger);
        Some(one.plus(&other))
    }

    /// Whether the probability is at most 2^-`bits`.
    pub fn is_at_most(&self, bits: u32) -> bool {
        &self.numerator << bits <= self.denominator
    }

    /// The probability times 10^`digits`, rounded down; for messages.
    pub fn scaled(&self, digits: u32) -> String {
        (&self.numerator * BigUint::from(10_u8).pow(digits) / &self.denominator).to_string()
    }

    fn times(mut self, count: usize) -> Self {
        self.numerator *= BigUint::from(count);
        self
    }

    fn plus(&self, other: &Self) -> Self {
        Self {
            numerator: &self.numerator * &other.denominator + &other.numerator * &self.denominator,
            denominator: &self.denominator * &other.denominator,
        }
    }
}

/// The binomial coefficient "`many` choose `few`".
fn choose(many: u16, few: u16) -> BigUint {
    let Some(rest) = many.checked_sub(few) else { return BigUint::ZERO };
    (1..=few)
        .fold(BigUint::from(1_u8), |ways, step| ways * BigUint::from(rest.saturating_add(step)) / BigUint::from(step))
}
