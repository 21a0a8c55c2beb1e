//! Tests of schedules: the examples of the binding, absent fields, the grammar, and the next time against a search.

use super::*;
use crate::timestamp::{Timestamp, format_unix_ms};
use proptest::prelude::*;

fn fields<'t>(pairs: &[(&str, &'t str)]) -> ScheduleFields<'t> {
    let mut fields = ScheduleFields::default();
    for (name, text) in pairs {
        let field = match *name {
            "second" => &mut fields.second,
            "minute" => &mut fields.minute,
            "hour" => &mut fields.hour,
            "dayOfMonth" => &mut fields.day_of_month,
            "month" => &mut fields.month,
            "dayOfWeek" => &mut fields.day_of_week,
            other => panic!("{other}"),
        };
        *field = Some(*text);
    }
    fields
}

fn schedule(pairs: &[(&str, &str)]) -> Schedule {
    Schedule::parse(&fields(pairs)).unwrap_or_else(|problem| panic!("{pairs:?}: {problem}"))
}

fn seconds(text: &str) -> i64 {
    Timestamp::parse(text).expect(text).unix_ms() / 1_000
}

/// The times after `from`, without their zone.
fn times(schedule: &Schedule, from: &str, count: usize) -> Vec<String> {
    let mut at = seconds(from);
    let mut found = Vec::new();
    for _ in 0..count {
        at = schedule.next_after(at).expect("a next time");
        found.push(format_unix_ms(at * 1_000).trim_end_matches(".000Z").to_owned());
    }
    found
}

#[test]
fn the_examples_of_the_binding() {
    // "Receive query results at 1.05am".
    let morning = schedule(&[("hour", "1"), ("minute", "5")]);
    assert_eq!(
        times(&morning, "2026-04-20T01:04:59Z", 3),
        ["2026-04-20T01:05:00", "2026-04-21T01:05:00", "2026-04-22T01:05:00"]
    );
    assert_eq!(times(&morning, "2026-04-20T01:05:00Z", 1), ["2026-04-21T01:05:00"], "after, not at");
    // The example of a subscription that is read.
    let half = schedule(&[("second", "0/30")]);
    assert_eq!(
        times(&half, "2026-12-31T23:59:00Z", 3),
        ["2026-12-31T23:59:30", "2027-01-01T00:00:00", "2027-01-01T00:00:30"]
    );
}

#[test]
fn fields_that_are_absent() {
    for (pairs, from, expected) in [
        (&[("second", "7")][..], "2026-01-01T10:00:08Z", &["2026-01-01T10:01:07", "2026-01-01T10:02:07"][..]),
        (&[("minute", "5")], "2026-01-01T10:06:00Z", &["2026-01-01T11:05:00", "2026-01-01T12:05:00"]),
        (&[("dayOfWeek", "1")], "2026-04-20T00:00:00Z", &["2026-04-27T00:00:00", "2026-05-04T00:00:00"]),
        (&[("dayOfMonth", "31")], "2026-01-31T00:00:00Z", &["2026-03-31T00:00:00", "2026-05-31T00:00:00"]),
        (&[("month", "3")], "2026-01-31T00:00:00Z", &["2026-03-01T00:00:00", "2027-03-01T00:00:00"]),
        (&[("month", "2"), ("dayOfMonth", "29")], "2026-01-01T00:00:00Z", &["2028-02-29T00:00:00"]),
        (&[("month", "2"), ("dayOfMonth", "29"), ("dayOfWeek", "7")], "2026-01-01T00:00:00Z", &["2032-02-29T00:00:00"]),
        // A second that the hour's field leaves room for.
        (&[("hour", "23"), ("second", "59")], "2026-01-01T23:59:59Z", &["2026-01-02T23:00:59", "2026-01-02T23:01:59"]),
    ] {
        assert_eq!(times(&schedule(pairs), from, expected.len()), expected, "{pairs:?}");
    }
    // 2100 has no leap day, so the longest wait is across it.
    let rare = schedule(&[("month", "2"), ("dayOfMonth", "29"), ("dayOfWeek", "1")]);
    assert_eq!(times(&rare, "2072-03-01T00:00:00Z", 1).len(), 1);
}

#[test]
fn lists_ranges_and_steps() {
    let all = |text: &str, from, to| -> Vec<u32> {
        let found = set(text, from, to).unwrap_or_else(|| panic!("{text}"));
        (0..64).filter(|bit| found >> bit & 1 == 1).collect()
    };
    assert_eq!(all("5,[10-12], 59", 0, 59), [5, 10, 11, 12, 59]);
    assert_eq!(all("0/20", 0, 59), [0, 20, 40]);
    assert_eq!(all("*/6", 1, 31), [1, 7, 13, 19, 25, 31]);
    assert_eq!(all("*", 1, 7), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(all("07", 0, 23), [7]);
    let long = vec!["1"; 200].join(",");
    for bad in [
        "", " ", ",", "1,", "60", "-1", "1-5", "[5-1]", "[1-60]", "[1]", "[1-2-3]", "0/0", "0/60", "/5", "1/", "x",
        "1.5", "٣", "001", "+1", "**", "[*-5]", &long,
    ] {
        assert_eq!(set(bad, 0, 59), None, "{bad:?}");
    }
}

#[test]
fn a_schedule_that_is_wrong_is_refused_with_its_field() {
    let problem = |pairs: &[(&str, &str)]| Schedule::parse(&fields(pairs)).expect_err("a problem");
    assert_eq!(problem(&[]), ScheduleProblem::Empty);
    assert_eq!(problem(&[("month", "2"), ("dayOfMonth", "[30-31]")]), ScheduleProblem::Never);
    for (name, text) in
        [("second", "60"), ("minute", "60"), ("hour", "24"), ("dayOfMonth", "0"), ("month", "13"), ("dayOfWeek", "8")]
    {
        assert_eq!(problem(&[(name, text)]).field(), name);
    }
}

proptest! {
    /// The next time is the first second that matches, by a search second by second.
    #[test]
    fn the_next_time_is_the_first_that_matches(
        from in 0_i64..4_000_000_000,
        hours in 1_u64..1 << 24,
        minutes in 1_u64..1 << 60,
        seconds in 1_u64..1 << 60,
    ) {
        let schedule = Schedule {
            seconds, minutes, hours,
            days_of_month: range(1, 31), months: range(1, 12), days_of_week: range(1, 7),
        };
        let matches = |at: &i64| {
            let of_day = at.rem_euclid(SECONDS_PER_DAY);
            hours >> (of_day / 3_600) & 1 == 1 && minutes >> (of_day / 60 % 60) & 1 == 1
                && seconds >> (of_day % 60) & 1 == 1
        };
        let expected = (from + 1..=from + 2 * SECONDS_PER_DAY).find(matches);
        prop_assert_eq!(schedule.next_after(from), expected);
    }
}
