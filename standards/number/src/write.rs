//! Formats decimal numbers: the canonical text, or all digits without an exponent. Invariant: the text depends on the
//! value alone. The canonical text adds at most 20 zeros, and [`Plain`] at most 10,000.

use crate::Number;
use std::fmt;

/// The exponents of values that are written without an exponent: from 10^-6 to below 10^21, as in ECMAScript.
const PLAIN_EXPONENTS: std::ops::RangeInclusive<i64> = -6..=20;

impl fmt::Display for Number<'_> {
    /// Writes the canonical text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if PLAIN_EXPONENTS.contains(&self.exponent) {
            return self.plain().fmt(f);
        }
        let (first, rest) = self.split(1);
        self.write_sign(f)?;
        write_all(f, first)?;
        if rest != [""; 2] {
            f.write_str(".")?;
            write_all(f, rest)?;
        }
        write!(f, "e{:+}", self.exponent)
    }
}

impl<'t> Number<'t> {
    /// The number of zeros that [`Number::plain`] adds to the digits: up to 10,000.
    pub fn plain_zeros(&self) -> usize {
        let count = self.count();
        let places = usize::try_from(self.exponent.unsigned_abs()).unwrap_or(usize::MAX);
        if self.exponent < 0 { places } else { places.saturating_add(1).saturating_sub(count) }
    }

    /// The number without an exponent. The text can be long, see [`Number::plain_zeros`].
    pub fn plain(&self) -> Plain<'t> {
        Plain(*self)
    }

    /// The number of significant digits.
    fn count(&self) -> usize {
        self.digits.iter().map(|part| part.len()).fold(0, usize::saturating_add)
    }

    fn write_sign(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negative { f.write_str("-") } else { Ok(()) }
    }

    /// Splits the digits after the first `at` digits.
    fn split(&self, at: usize) -> ([&'t str; 2], [&'t str; 2]) {
        let [head, tail] = self.digits;
        let cut = |part: &'t str, at: usize| part.split_at_checked(at).unwrap_or((part, ""));
        let (head, head_after) = cut(head, at);
        let (tail, tail_after) = cut(tail, at.saturating_sub(head.len().saturating_add(head_after.len())));
        ([head, tail], [head_after, tail_after])
    }
}

/// Formats a number as decimal digits, with a point where one is needed, and without an exponent.
#[derive(Clone, Copy, Debug)]
pub struct Plain<'t>(Number<'t>);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = &self.0;
        number.write_sign(f)?;
        if number.count() == 0 {
            return f.write_str("0");
        }
        if number.exponent < 0 {
            f.write_str("0.")?;
            write_zeros(f, number.plain_zeros().saturating_sub(1))?;
            return write_all(f, number.digits);
        }
        let places = usize::try_from(number.exponent).unwrap_or(usize::MAX).saturating_add(1);
        let (whole, fraction) = number.split(places);
        write_all(f, whole)?;
        write_zeros(f, number.plain_zeros())?;
        if fraction != [""; 2] {
            f.write_str(".")?;
            write_all(f, fraction)?;
        }
        Ok(())
    }
}

fn write_all(f: &mut fmt::Formatter<'_>, parts: [&str; 2]) -> fmt::Result {
    parts.into_iter().try_for_each(|part| f.write_str(part))
}

fn write_zeros(f: &mut fmt::Formatter<'_>, count: usize) -> fmt::Result {
    (0..count).try_for_each(|_| f.write_str("0"))
}
