//! JSON numbers (RFC 8259 section 6) as exact decimals, with one canonical text for each value. Invariant: no number
//! passes through floating point. Reading and canonical writing take time and memory in proportion to the text.
//!
//! A [`Number`] is a sign, digits and an exponent. Its [`Display`](std::fmt::Display) text is a function of the value
//! alone: `1.0`, `1` and `10e-1` have the same text, and numbers that differ in any digit have different texts. The
//! layout is that of ECMAScript and RFC 8785 (section 3.2.2.3) for a double, but with all digits instead of those of
//! the nearest double:
//!
//! ```text
//! value                    text                    rule
//! below 10^21              395212340000000017      plain
//! at least 10^-6           0.000001                plain
//! beyond                   1e+21, 1.5e-7           one digit, a point if more follow, an exponent with its sign
//! zero, whatever its sign  0
//! ```
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

mod decimal;
mod read;
mod write;

pub use decimal::Decimal;
pub use read::Grammar;
pub use write::Plain;

/// The most digits of a number, counted from the first to the last non-zero digit.
pub const NUMBER_DIGITS_MAX: usize = 1_000;

/// The largest exponent of a number written as `d.ddd × 10^exponent`. The smallest is the negative of this.
pub const NUMBER_EXPONENT_MAX: i64 = 10_000;

/// A decimal number. Borrows its digits from the parsed text.
#[derive(Clone, Copy, Debug)]
pub struct Number<'t> {
    is_negative: bool,
    /// The digits before and after the point of the text. Together they neither begin nor end with a zero, and are
    /// empty for the value zero.
    digits: [&'t str; 2],
    /// The exponent of the first digit: the value is `d.ddd × 10^exponent`.
    exponent: i64,
}

/// Reasons why a text is not an accepted number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NumberError {
    /// The text is not a number.
    #[error("the text is not a number")]
    Syntax,
    /// The number has too many digits.
    #[error("a number has at most {NUMBER_DIGITS_MAX} significant digits")]
    Digits,
    /// The number is too large, or too close to zero.
    #[error("a number's exponent is between -{NUMBER_EXPONENT_MAX} and {NUMBER_EXPONENT_MAX}")]
    Exponent,
}

/// The canonical text of a JSON number. Two texts have the same canonical text exactly when their values are equal.
///
/// # Errors
/// [`NumberError`] when the text is not a JSON number, or exceeds a limit. All spellings of a value give the same
/// error.
pub fn canonical(text: &str) -> Result<String, NumberError> {
    Number::read(text, Grammar::Json).map(|number| number.to_string())
}
