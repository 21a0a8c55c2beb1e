//! JSON numbers (RFC 8259 section 6) as exact decimals. Invariant: no number passes through floating point or is
//! written out to the size of its value, so reading and writing cost time and memory in proportion to the text.
//!
//! A [`Number`] is a sign, digits and an exponent. Its [`Display`](std::fmt::Display) text is a function of the value
//! alone: `1.0`, `1` and `10e-1` have one text, and numbers that differ in any digit have two. The text is laid out as
//! ECMAScript and RFC 8785 (section 3.2.2.3) lay out a double, with all digits instead of those of the nearest double:
//!
//! ```text
//! value                    text                    rule
//! below 10^21              395212340000000017      plain
//! at least 10^-6           0.000001                plain
//! beyond                   1e+21, 1.5e-7           one digit, a point if more follow, an exponent with its sign
//! zero, whatever its sign  0
//! ```
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

mod read;
mod write;

pub use read::Grammar;
pub use write::Plain;

/// Digits of a number between its first and its last that is not zero.
pub const NUMBER_DIGITS_MAX: usize = 1_000;

/// The largest exponent, and the smallest with its sign turned, of a number written as `d.ddd × 10^exponent`.
pub const NUMBER_EXPONENT_MAX: i64 = 10_000;

/// A decimal number. Borrows its digits from the text that it was read from.
#[derive(Clone, Copy, Debug)]
pub struct Number<'t> {
    is_negative: bool,
    /// The digits before the point of the text and those after it. Together they neither begin nor end with a zero;
    /// zero has none.
    digits: [&'t str; 2],
    /// The place of the first digit: the value is `d.ddd × 10^exponent`.
    exponent: i64,
}

/// Why a text is not a number that can be committed to.
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

/// The text of a JSON number that stands for its value, and for no other.
///
/// # Errors
/// [`NumberError`] when the text is no JSON number, or beyond a limit. Spellings of one value are refused alike.
pub fn canonical(text: &str) -> Result<String, NumberError> {
    Number::read(text, Grammar::Json).map(|number| number.to_string())
}
