//! Parses and formats the times of EPCIS, `xsd:dateTimeStamp`: a date and time with a mandatory zone. Invariant: every
//! accepted time has a four-digit year after conversion to UTC and rounding.

use time::{Date, Month, OffsetDateTime};

const MS_PER_SECOND: i64 = 1_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// The Julian day of 1970-01-01.
const UNIX_EPOCH_JULIAN_DAY: i64 = 2_440_588;
/// 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
const UNIX_MS_MIN: i64 = -62_167_219_200_000;
const UNIX_MS_MAX: i64 = 253_402_300_799_999;
/// The accepted years. Their neighbours have four digits too.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9_998;

/// A time in milliseconds, with the rounding that the event hash needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    floor_ms: i64,
    rounds_up: bool,
}

impl Timestamp {
    /// Milliseconds since 1970-01-01T00:00:00Z, truncated.
    pub const fn unix_ms(self) -> i64 {
        self.floor_ms
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, rounded half up at the fourth digit (CBV 2.0 section 8).
    pub const fn rounded_unix_ms(self) -> i64 {
        self.floor_ms + self.rounds_up as i64
    }

    /// Parses `YYYY-MM-DDThh:mm:ss[.f…](Z|±hh:mm)`. `None` for any other text, including leap seconds.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, rest @ ..] = bytes
        else {
            return None;
        };
        let year = i32::try_from(two_digits([*y1, *y2])? * 100 + two_digits([*y3, *y4])?).ok()?;
        if !YEARS.contains(&year) {
            return None;
        }
        let month = Month::try_from(u8::try_from(two_digits([*m1, *m2])?).ok()?).ok()?;
        let date = Date::from_calendar_date(year, month, u8::try_from(two_digits([*d1, *d2])?).ok()?).ok()?;
        let hour = two_digits([*h1, *h2]).filter(|hour| *hour < 24)?;
        let minute = two_digits([*n1, *n2]).filter(|minute| *minute < 60)?;
        let second = two_digits([*s1, *s2]).filter(|second| *second < 60)?;
        let (ms, rounds_up, zone) = fraction(rest)?;
        let days = i64::from(date.to_julian_day()) - UNIX_EPOCH_JULIAN_DAY;
        let seconds = days * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second - offset_seconds(zone)?;
        Some(Self { floor_ms: seconds * MS_PER_SECOND + ms, rounds_up })
    }
}

/// Formats milliseconds since 1970 UTC as `YYYY-MM-DDThh:mm:ss.mmmZ`. Clamps to the years 0 to 9999; no accepted event
/// is outside.
pub fn format_unix_ms(unix_ms: i64) -> String {
    let unix_ms = unix_ms.clamp(UNIX_MS_MIN, UNIX_MS_MAX);
    let at = OffsetDateTime::from_unix_timestamp(unix_ms.div_euclid(MS_PER_SECOND))
        .expect("the calendar covers all four-digit years");
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        unix_ms.rem_euclid(MS_PER_SECOND)
    )
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

/// Parses a fraction of a second: the milliseconds, whether the fourth digit rounds up, and the rest of the text.
fn fraction(rest: &[u8]) -> Option<(i64, bool, &[u8])> {
    let [b'.', digits @ ..] = rest else {
        return Some((0, false, rest));
    };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return None;
    }
    let digit = |place: usize| if place < count { i64::from(digits[place] - b'0') } else { 0 };
    Some((digit(0) * 100 + digit(1) * 10 + digit(2), digit(3) >= 5, &digits[count..]))
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
mod tests {
    use super::*;

    #[test]
    fn times_come_out_in_utc() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
            ("2020-03-04T11:00:30.000+01:00", "2020-03-04T10:00:30.000Z"),
            ("2005-04-03T20:33:31.116000-06:00", "2005-04-04T02:33:31.116Z"),
            ("2023-02-02T11:04:03.1415Z", "2023-02-02T11:04:03.142Z"),
            ("2023-02-02T11:04:03.14149999Z", "2023-02-02T11:04:03.141Z"),
            ("2023-12-31T23:59:59.9995Z", "2024-01-01T00:00:00.000Z"),
            ("2024-02-29T00:00:00.1Z", "2024-02-29T00:00:00.100Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ] {
            let at = Timestamp::parse(text).expect(text);
            assert_eq!(format_unix_ms(at.rounded_unix_ms()), expected, "{text}");
        }
        assert_eq!(Timestamp::parse("2023-02-02T11:04:03.1415Z").map(Timestamp::unix_ms), Some(1_675_335_843_141));
    }

    #[test]
    fn a_time_beyond_the_calendar_is_clamped() {
        assert_eq!(format_unix_ms(i64::MIN), "0000-01-01T00:00:00.000Z");
        assert_eq!(format_unix_ms(i64::MAX), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn an_invalid_time_is_refused() {
        for text in [
            "",
            "22-07-2026",
            "2026-07-22",
            "2026-07-22T06:45:00",
            "2026-07-22 06:45:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-07-22T24:00:00Z",
            "2026-07-22T06:60:00Z",
            "2026-07-22T06:45:60Z",
            "2026-07-22T06:45:00.Z",
            "2026-07-22T06:45:00+0200",
            "2026-07-22T06:45:00+15:00",
            "2026-07-22T06:45:00Z ",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "2026-07-22t06:45:00z",
            "2026-07-22T06:45:00-14:60",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn zone_offsets() {
        for text in ["+00:00", "-06:00", "+14:00", "-13:59"] {
            assert!(is_zone_offset(text), "{text}");
        }
        for text in ["Z", "06:00", "+14:01", "+6:00", "+06:60", ""] {
            assert!(!is_zone_offset(text), "{text}");
        }
    }
}
