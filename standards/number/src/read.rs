//! Parses decimal numbers without converting the digits. Invariant: parsing takes time in proportion to the text.
//! Whether a limit is exceeded depends on the value alone, not on its spelling.

use crate::{NUMBER_DIGITS_MAX, NUMBER_EXPONENT_MAX, Number, NumberError};

/// The most digits of an exponent that is parsed. Longer ones exceed every limit. 18 digits leave room to add the
/// position of the point.
const EXPONENT_DIGITS_MAX: usize = 18;

/// The accepted notations of numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grammar {
    /// RFC 8259 section 6.
    Json,
    /// Also a leading `+`, leading zeros, and a point with digits on one side only, as people write them.
    Lenient,
}

impl<'t> Number<'t> {
    /// Parses a number.
    ///
    /// # Errors
    /// [`NumberError`] when the text is not a number in this grammar, or exceeds a limit.
    pub fn read(text: &'t str, grammar: Grammar) -> Result<Self, NumberError> {
        let (is_negative, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (true, text.get(1..).unwrap_or_default()),
            Some(b'+') if grammar == Grammar::Lenient => (false, text.get(1..).unwrap_or_default()),
            _ => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        if !is_mantissa(whole, fraction, grammar) {
            return Err(NumberError::Syntax);
        }
        let (digits, place) = trim(whole, fraction.unwrap_or_default());
        let count = digits.iter().map(|part| part.len()).fold(0, usize::saturating_add);
        if count == 0 {
            return Ok(Self { is_negative: false, digits, exponent: 0 });
        }
        if count > NUMBER_DIGITS_MAX {
            return Err(NumberError::Digits);
        }
        let exponent = exponent.saturating_add(place);
        if exponent.saturating_abs() > NUMBER_EXPONENT_MAX {
            return Err(NumberError::Exponent);
        }
        Ok(Self { is_negative, digits, exponent })
    }
}

fn is_mantissa(whole: &str, fraction: Option<&str>, grammar: Grammar) -> bool {
    let digits = whole.bytes().chain(fraction.unwrap_or_default().bytes());
    let has_all = match grammar {
        Grammar::Json => !whole.is_empty() && fraction != Some("") && (whole == "0" || !whole.starts_with('0')),
        Grammar::Lenient => !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty()),
    };
    has_all && digits.into_iter().all(|byte| byte.is_ascii_digit())
}

/// Removes zeros at either end of the digits. Also returns the exponent of the first digit: 0 for units, 1 for tens, -1
/// for tenths.
fn trim<'t>(whole: &'t str, fraction: &'t str) -> ([&'t str; 2], i64) {
    let length = |part: &str| i64::try_from(part.len()).unwrap_or(i64::MAX);
    let whole = whole.trim_start_matches('0');
    if whole.is_empty() {
        let digits = fraction.trim_start_matches('0');
        let place = length(digits).saturating_sub(length(fraction)).saturating_sub(1);
        return (["", digits.trim_end_matches('0')], place);
    }
    let place = length(whole).saturating_sub(1);
    let fraction = fraction.trim_end_matches('0');
    let whole = if fraction.is_empty() { whole.trim_end_matches('0') } else { whole };
    ([whole, fraction], place)
}

/// Parses an exponent. Returns one beyond every limit when it is too long to parse.
fn read_exponent(text: &str) -> Result<i64, NumberError> {
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'-') => (-1, text.get(1..).unwrap_or_default()),
        Some(b'+') => (1, text.get(1..).unwrap_or_default()),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Syntax);
    }
    let digits = digits.trim_start_matches('0');
    // Larger than every number of 18 digits.
    let beyond = 10_i64.saturating_pow(18);
    let size = match digits.len() {
        0 => 0,
        1..=EXPONENT_DIGITS_MAX => digits.parse().unwrap_or(beyond),
        _ => beyond,
    };
    Ok(size.saturating_mul(sign))
}
