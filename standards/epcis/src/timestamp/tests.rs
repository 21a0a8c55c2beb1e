//! Times are read exactly, compared exactly and written in UTC.

use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or_else(|| panic!("{text}"))
}

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
        ("2026-05-04T24:00:00Z", "2026-05-05T00:00:00.000Z"),
        ("2026-12-31T24:00:00.000-01:00", "2027-01-01T01:00:00.000Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
        ("9999-12-31T23:59:59.9996Z", "10000-01-01T00:00:00.000Z"),
        ("9999-12-31T24:00:00Z", "10000-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59-14:00", "10000-01-01T13:59:59.000Z"),
        ("0000-01-01T00:00:00+14:00", "-0001-12-31T10:00:00.000Z"),
        ("0000-02-29T00:00:00Z", "0000-02-29T00:00:00.000Z"),
    ] {
        assert_eq!(format_unix_ms(parse(text).rounded_unix_ms()), expected, "{text}");
    }
    assert_eq!(parse("2023-02-02T11:04:03.1415Z").unix_ms(), 1_675_335_843_141);
}

#[test]
fn a_time_beyond_the_calendar_is_clamped() {
    assert_eq!(format_unix_ms(i64::MIN), "-0001-01-01T00:00:00.000Z");
    assert_eq!(format_unix_ms(i64::MAX), "10000-12-31T23:59:59.999Z");
}

#[test]
fn a_fraction_has_a_limit_which_zeros_at_its_end_do_not_count_for() {
    let with = |digits: &str| Timestamp::parse(&format!("2026-07-22T06:45:00.{digits}Z"));
    let longest = "9".repeat(FRACTION_DIGITS_MAX);
    assert!(with(&longest).is_some());
    assert_eq!(with(&format!("{longest}9")), None);
    assert_eq!(with(&format!("{longest}{}", "0".repeat(1_000))), with(&longest));
    assert_eq!(with(&"0".repeat(1_000)), Timestamp::parse("2026-07-22T06:45:00Z"));
    assert_eq!(with(&longest).map(Timestamp::unix_ms), with("999").map(Timestamp::unix_ms));
}

#[test]
fn the_parts_that_an_index_keeps_are_the_whole_time() {
    for (text, rest) in [
        ("2026-03-01T00:00:00Z", ""),
        ("2026-03-01T00:00:00.1230Z", ""),
        ("2026-03-01T00:00:00.0001Z", "1"),
        ("2026-03-01T00:00:00.00010203Z", "10203"),
        ("1969-12-31T23:59:59.9999999Z", "9999"),
    ] {
        let time = parse(text);
        assert_eq!(time.rest(), rest, "{text}");
        assert_eq!(Timestamp::from_parts(time.unix_ms(), rest), Some(time));
        assert_eq!(Timestamp::parse(&time.to_string()), Some(time), "{time}");
    }
    for rest in ["x", " ", &"1".repeat(FRACTION_DIGITS_MAX)] {
        assert_eq!(Timestamp::from_parts(0, rest), None);
    }
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
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-07-22T24:00:01Z",
        "2026-07-22T24:01:00Z",
        "2026-07-22T24:00:00.0001Z",
        "2026-07-22T25:00:00Z",
        "2026-07-22T06:60:00Z",
        "2016-12-31T23:59:60Z",
        "2026-07-22T06:45:00.Z",
        "2026-07-22T06:45:00+0200",
        "2026-07-22T06:45:00+15:00",
        "2026-07-22T06:45:00+14:01",
        "2026-07-22T06:45:00Z ",
        "10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
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

proptest! {
    /// The order of decimal fractions, filled up with zeros, is the order of their texts.
    #[test]
    fn the_order_is_that_of_the_digits(common in "[0-9]{0,16}", left in "[0-9]{1,16}", right in "[0-9]{1,16}") {
        let (left, right) = (format!("{common}{left}"), format!("{common}{right}"));
        let text = |digits: &str| format!("2026-03-01T00:00:00.{digits}Z");
        let filled = |digits: &str| format!("{digits:0<32}");
        let (earlier, later) = (parse(&text(&left)), parse(&text(&right)));
        prop_assert_eq!(earlier.cmp(&later), filled(&left).cmp(&filled(&right)));
        let parts = |time: Timestamp| (time.unix_ms(), time.rest());
        prop_assert_eq!(parts(earlier).cmp(&parts(later)), earlier.cmp(&later));
        let whole = Timestamp::from_unix_ms(earlier.unix_ms_ceiling());
        prop_assert!(whole >= earlier && Timestamp::from_unix_ms(earlier.unix_ms_ceiling() - 1) < earlier);
    }
}
