//! Decimals that own their digits, for comparison and for exact sums and products. Invariant: nothing is rounded. A
//! comparison and a product take time in proportion to the digits; a sum also to the distance between its exponents.

use crate::{Grammar, Number, NumberError};
use std::cmp::Ordering;

/// A decimal number of any length. The order is that of the values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decimal {
    is_negative: bool,
    /// The digits from the first to the last that is not zero, each 0 to 9. Empty for the value zero.
    digits: Vec<u8>,
    /// The exponent of the first digit: the value is `d.ddd × 10^exponent`.
    exponent: i64,
}

impl From<Number<'_>> for Decimal {
    fn from(number: Number<'_>) -> Self {
        let digits = number.digits.iter().flat_map(|part| part.bytes()).map(|byte| byte.wrapping_sub(b'0'));
        Self { is_negative: number.is_negative, digits: digits.collect(), exponent: number.exponent }
    }
}

impl Decimal {
    /// Parses a number.
    ///
    /// # Errors
    /// As [`Number::read`].
    pub fn read(text: &str, grammar: Grammar) -> Result<Self, NumberError> {
        Number::read(text, grammar).map(Self::from)
    }

    /// `mantissa × 10^exponent`.
    pub fn scaled(mantissa: i64, exponent: i64) -> Self {
        let one = Self { is_negative: mantissa < 0, digits: vec![1], exponent };
        one.times(mantissa.unsigned_abs())
    }

    /// The product with a factor.
    #[must_use]
    pub fn times(&self, factor: u64) -> Self {
        let mut digits = Vec::with_capacity(self.digits.len().saturating_add(20));
        let mut carry = 0_u128;
        for digit in self.digits.iter().rev() {
            carry = carry.saturating_add(u128::from(*digit).saturating_mul(factor.into()));
            digits.push(split(&mut carry));
        }
        while carry > 0 {
            digits.push(split(&mut carry));
        }
        let grown = length(&digits).saturating_sub(length(&self.digits));
        Self::trimmed(self.is_negative, digits, self.exponent.saturating_add(grown))
    }

    /// The product with a power of ten.
    #[must_use]
    pub fn shifted(mut self, places: i64) -> Self {
        if !self.digits.is_empty() {
            self.exponent = self.exponent.saturating_add(places);
        }
        self
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negated(mut self) -> Self {
        self.is_negative = !self.is_negative && !self.digits.is_empty();
        self
    }

    /// The sum with another number.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        if self.digits.is_empty() || other.digits.is_empty() {
            return if self.digits.is_empty() { other.clone() } else { self.clone() };
        }
        let (large, small) = if self.compare_size(other).is_lt() { (other, self) } else { (self, other) };
        let is_difference = large.is_negative != small.is_negative;
        let last = large.last_place().min(small.last_place());
        let mut digits = Vec::new();
        let mut carry = 0_i8;
        for place in last..=large.exponent {
            let (first, second) = (large.digit_at(place), small.digit_at(place));
            let second = if is_difference { second.saturating_neg() } else { second };
            let sum = first.saturating_add(second).saturating_add(carry);
            carry = sum.div_euclid(10);
            digits.push(sum.rem_euclid(10).unsigned_abs());
        }
        // The difference has the sign of the larger number, so nothing is left of it to borrow.
        if carry > 0 {
            digits.push(carry.unsigned_abs());
        }
        let exponent = last.saturating_add(length(&digits)).saturating_sub(1);
        Self::trimmed(large.is_negative, digits, exponent)
    }

    /// The order of the values without their signs.
    fn compare_size(&self, other: &Self) -> Ordering {
        let size = |number: &Self| (!number.digits.is_empty(), number.exponent);
        size(self).cmp(&size(other)).then_with(|| self.digits.cmp(&other.digits))
    }

    /// The exponent of the last digit.
    fn last_place(&self) -> i64 {
        self.exponent.saturating_add(1).saturating_sub(length(&self.digits))
    }

    fn digit_at(&self, place: i64) -> i8 {
        let index = usize::try_from(self.exponent.saturating_sub(place)).ok();
        let digit = index.and_then(|index| self.digits.get(index)).copied().unwrap_or(0);
        i8::try_from(digit).unwrap_or(0)
    }

    /// A number of digits from the last to the first, with zeros at the ends. `exponent` is that of the first.
    fn trimmed(is_negative: bool, digits: Vec<u8>, exponent: i64) -> Self {
        let count = digits.len();
        let mut digits: Vec<u8> = digits.into_iter().skip_while(|digit| *digit == 0).collect();
        if digits.is_empty() {
            return Self { is_negative: false, digits, exponent: 0 };
        }
        let trailing = digits.iter().rev().take_while(|digit| **digit == 0).count();
        digits.truncate(digits.len().saturating_sub(trailing));
        digits.reverse();
        debug_assert!(count >= digits.len(), "zeros are removed");
        Self { is_negative, digits, exponent: exponent.saturating_sub(i64::try_from(trailing).unwrap_or(i64::MAX)) }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Removes the last digit of a number.
fn split(number: &mut u128) -> u8 {
    let digit = u8::try_from(number.rem_euclid(10)).unwrap_or(0);
    *number = number.div_euclid(10);
    digit
}

fn length(digits: &[u8]) -> i64 {
    i64::try_from(digits.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Decimal {
        Decimal::read(text, Grammar::Lenient).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn numbers_have_the_order_of_their_values() {
        let ordered =
            ["-1e400", "-10", "-9.99", "-1", "-0.1", "-1e-400", "0", "1e-400", "0.1", "0.11", "1", "1.0001", "2", "10"];
        for (place, text) in ordered.iter().enumerate() {
            for (other_place, other) in ordered.iter().enumerate() {
                assert_eq!(read(text).cmp(&read(other)), place.cmp(&other_place), "{text} {other}");
            }
        }
        for (one, other) in [("1", "1.0"), ("-0", "0"), ("10e-1", "+01"), ("0.00", "0e7"), ("1e3", "1000")] {
            assert_eq!(read(one), read(other));
        }
    }

    #[test]
    fn sums_and_products_are_exact() {
        for (one, other, sum) in [
            ("1", "2", "3"),
            ("9.99", "0.01", "10"),
            ("-1", "1", "0"),
            ("0", "-7", "-7"),
            ("1", "-0.001", "0.999"),
            ("-1", "0.001", "-0.999"),
            ("5", "-7.5", "-2.5"),
            ("1e30", "1e-30", "1000000000000000000000000000000.000000000000000000000000000001"),
            ("25", "273.15", "298.15"),
            ("999", "1", "1000"),
        ] {
            assert_eq!(read(one).plus(&read(other)), read(sum), "{one} + {other}");
            assert_eq!(read(other).plus(&read(one)), read(sum), "{other} + {one}");
        }
        for (one, factor, product) in [
            ("1.5", 2, "3"),
            ("-0.25", 8, "-2"),
            ("9", 9, "81"),
            ("7", 0, "0"),
            ("-99999999999999999999", u64::MAX, "-1844674407370955161481553255926290448385"),
            ("1e-10000", 10, "1e-9999"),
        ] {
            assert_eq!(read(one).times(factor), read(product), "{one} x {factor}");
        }
        assert_eq!(Decimal::scaled(-27_315, -2), read("-273.15"));
        assert_eq!(Decimal::scaled(0, 5), read("0"));
        assert_eq!((read("1.5").shifted(3), read("0").shifted(3)), (read("1500"), read("0")));
        assert_eq!((read("1.5").negated(), read("0").negated()), (read("-1.5"), read("0")));
    }

    #[test]
    fn a_sum_of_random_numbers_equals_that_of_integers() {
        let mut state = 7_u64;
        for _ in 0..2_000 {
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                i64::try_from(state >> 33).expect("31 bits").wrapping_sub(1 << 30)
            };
            let (one, other) = (next(), next());
            let sum = one.wrapping_add(other);
            let scale = |number: i64| Decimal::scaled(number, -5);
            assert_eq!(scale(one).plus(&scale(other)), scale(sum), "{one} {other}");
            assert_eq!(scale(one).cmp(&scale(other)), one.cmp(&other), "{one} {other}");
        }
    }
}
