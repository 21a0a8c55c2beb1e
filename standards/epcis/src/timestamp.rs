//! Parses and formats the times of EPCIS, `xsd:dateTimeStamp`: a date and time with a mandatory zone. Invariant: two
//! times are equal, or one is earlier, exactly as their texts say. No digit of a fraction is lost.

mod calendar;

pub(crate) use calendar::date_of;
use calendar::{UNIX_MS_MAX, UNIX_MS_MIN, days_of};
use std::fmt;

/// The most digits of a fraction of a second, not counting zeros at its end.
pub const FRACTION_DIGITS_MAX: usize = 32;

const MS_PER_SECOND: i64 = 1_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// The digits of a fraction below a millisecond.
const REST_DIGITS: usize = FRACTION_DIGITS_MAX - 3;
/// One millisecond in the unit of [`Timestamp::fraction`].
const MS: u128 = 100_000_000_000_000_000_000_000_000_000;
const _: () = assert!(MS.ilog10() as usize == REST_DIGITS, "a millisecond has the digits below it");

/// An exact time. The order is that of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Whole seconds since 1970-01-01T00:00:00Z.
    seconds: i64,
    /// The fraction of the second that follows, in units of 10⁻³² seconds.
    fraction: u128,
}

impl Timestamp {
    /// The time of a number of milliseconds since 1970-01-01T00:00:00Z.
    pub const fn from_unix_ms(unix_ms: i64) -> Self {
        let fraction = unix_ms.rem_euclid(MS_PER_SECOND) as u128 * MS;
        Self { seconds: unix_ms.div_euclid(MS_PER_SECOND), fraction }
    }

    /// Adds digits below the millisecond to a time in milliseconds. `None` unless `rest` is of [`Timestamp::rest`].
    pub fn from_parts(unix_ms: i64, rest: &str) -> Option<Self> {
        let mut time = Self::from_unix_ms(unix_ms);
        time.fraction += scaled(rest.as_bytes(), REST_DIGITS)?;
        Some(time)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, truncated.
    pub const fn unix_ms(self) -> i64 {
        self.seconds * MS_PER_SECOND + (self.fraction / MS) as i64
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, rounded up: the first whole millisecond that is not earlier.
    pub const fn unix_ms_ceiling(self) -> i64 {
        self.unix_ms() + !self.fraction.is_multiple_of(MS) as i64
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, rounded half up at the fourth digit (CBV 2.0 section 8).
    pub const fn rounded_unix_ms(self) -> i64 {
        self.unix_ms() + (self.fraction % MS >= MS / 2) as i64
    }

    /// The digits of the fraction below a millisecond, without zeros at the end. Texts of equal milliseconds have the
    /// order of their times.
    pub fn rest(self) -> String {
        let mut digits = format!("{:0width$}", self.fraction % MS, width = REST_DIGITS);
        digits.truncate(digits.trim_end_matches('0').len());
        digits
    }

    /// Parses `YYYY-MM-DDThh:mm:ss[.f…](Z|±hh:mm)` (XML Schema 1.1 part 2, section 3.4.28): years 0000 to 9999, which
    /// every processor supports; `24:00:00` is the next midnight; there are no leap seconds. `None` for any other text,
    /// and for a fraction above [`FRACTION_DIGITS_MAX`].
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, rest @ ..] = bytes
        else {
            return None;
        };
        let year = two_digits([*y1, *y2])? * 100 + two_digits([*y3, *y4])?;
        let days = days_of(year, two_digits([*m1, *m2])?, two_digits([*d1, *d2])?)?;
        let hour = two_digits([*h1, *h2])?;
        let minute = two_digits([*n1, *n2]).filter(|minute| *minute < 60)?;
        let second = two_digits([*s1, *s2]).filter(|second| *second < 60)?;
        let (fraction, zone) = fraction(rest)?;
        let is_end_of_day = hour == 24 && (minute, second, fraction) == (0, 0, 0);
        if hour > 23 && !is_end_of_day {
            return None;
        }
        let seconds = days * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second - offset_seconds(zone)?;
        Some(Self { seconds, fraction })
    }
}

/// `YYYY-MM-DDThh:mm:ss.mmm…Z` with at least three digits of the fraction, and all that are not zero.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = format_unix_ms(self.unix_ms());
        write!(f, "{}{}Z", whole.trim_end_matches('Z'), self.rest())
    }
}

/// Formats milliseconds since 1970 UTC as `YYYY-MM-DDThh:mm:ss.mmmZ`. Clamps to the years -1 to 10000; a zone or a
/// rounding moves no accepted time further.
pub fn format_unix_ms(unix_ms: i64) -> String {
    let unix_ms = unix_ms.clamp(UNIX_MS_MIN, UNIX_MS_MAX);
    let (seconds, ms) = (unix_ms.div_euclid(MS_PER_SECOND), unix_ms.rem_euclid(MS_PER_SECOND));
    let (year, month, day) = date_of(seconds.div_euclid(SECONDS_PER_DAY));
    let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    let sign = if year < 0 { "-" } else { "" };
    let year = year.abs();
    format!("{sign}{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

/// Whether the text is a valid `eventTimeZoneOffset`: `±hh:mm`, at most 14:00.
pub fn is_zone_offset(text: &str) -> bool {
    matches!(text.as_bytes(), [b'+' | b'-', ..]) && offset_seconds(text.as_bytes()).is_some()
}

fn two_digits([tens, ones]: [u8; 2]) -> Option<i64> {
    if !tens.is_ascii_digit() || !ones.is_ascii_digit() {
        return None;
    }
    Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

/// Parses a fraction of a second: its value in units of 10⁻³² seconds, and the rest of the text.
fn fraction(rest: &[u8]) -> Option<(u128, &[u8])> {
    let [b'.', digits @ ..] = rest else {
        return Some((0, rest));
    };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(count);
    let significant = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    if digits.is_empty() {
        return None;
    }
    Some((scaled(&digits[..significant], FRACTION_DIGITS_MAX)?, rest))
}

/// The number of these digits, filled up with zeros to `width` digits. `None` when there are more, or other letters.
fn scaled(digits: &[u8], width: usize) -> Option<u128> {
    let missing = u32::try_from(width.checked_sub(digits.len())?).ok()?;
    let number = digits
        .iter()
        .try_fold(0_u128, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u128::from(digit - b'0')));
    Some(number? * 10_u128.pow(missing))
}

/// The offset of a zone, `Z` or `±hh:mm`, in seconds east of UTC.
fn offset_seconds(zone: &[u8]) -> Option<i64> {
    const OFFSET_SECONDS_MAX: i64 = 14 * 3_600;
    match zone {
        b"Z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let minute = two_digits([*m1, *m2]).filter(|minute| *minute < 60)?;
            let seconds = two_digits([*h1, *h2])? * 3_600 + minute * 60;
            if seconds > OFFSET_SECONDS_MAX {
                return None;
            }
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
