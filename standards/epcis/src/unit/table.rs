//! The units of quantities and of the measurement types of EPCIS. Invariant: a factor is exact, but for angles and
//! angular velocities, and no code is listed twice.
//!
//! Codes and names are those of UN/ECE Recommendation 20 (revision 17, annexes I to III). Where the recommendation
//! rounds a factor, it is the exact one of the definition: the International System of Units (BIPM, 9th edition), and
//! the agreements on yard and pound of 1959, which NIST Special Publication 811, appendix B, lists. It is also
//! that one where the recommendation has a misprint of a factor of ten: APZ, H49, H67, P71 and P72. Codes that it marks
//! as deprecated stay, and so does GK, which it marks as deleted.

mod electricity;
mod energy;
mod matter;
mod space;

use super::{Quantity, Unit};

/// All units.
pub(super) fn all() -> impl Iterator<Item = &'static Unit> {
    matter::UNITS.iter().chain(&space::UNITS).chain(&energy::UNITS).chain(&electricity::UNITS)
}

/// A unit that is `numerator × 10^exponent / denominator` base units.
const fn unit(quantity: Quantity, code: &'static str, numerator: u64, exponent: i64, denominator: u64) -> Unit {
    Unit { code, quantity, shift: (0, 0), numerator, exponent, denominator }
}

impl Unit {
    /// The unit with its zero elsewhere: `mantissa × 10^exponent` is added to a number before it is multiplied.
    const fn shifted(mut self, mantissa: i64, exponent: i64) -> Self {
        self.shift = (mantissa, exponent);
        self
    }
}
