//! The proleptic Gregorian calendar, a year beyond the four-digit ones on both sides. Invariant: a date that becomes
//! days and a date again is the same.

use time::{Date, Month};

/// The Julian day of 1970-01-01.
const UNIX_EPOCH_JULIAN_DAY: i64 = 2_440_588;
/// The calendar repeats after 400 years, which are this number of days.
const CYCLE_YEARS: i64 = 400;
const CYCLE_DAYS: i64 = 146_097;
/// -0001-01-01T00:00:00.000Z and 10000-12-31T23:59:59.999Z.
pub(super) const UNIX_MS_MIN: i64 = -62_198_755_200_000;
pub(super) const UNIX_MS_MAX: i64 = 253_433_923_199_999;

/// The days since 1970-01-01 of a date with a four-digit year. `None` when there is no such day.
pub(super) fn days_of(year: i64, month: i64, day: i64) -> Option<i64> {
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    Some(i64::from(date.to_julian_day()) - UNIX_EPOCH_JULIAN_DAY)
}

/// The year, month and day of a number of days since 1970-01-01, between [`UNIX_MS_MIN`] and [`UNIX_MS_MAX`].
pub(crate) fn date_of(days: i64) -> (i64, u8, u8) {
    let date = |days: i64| {
        let day = i32::try_from(days + UNIX_EPOCH_JULIAN_DAY).ok()?;
        Date::from_julian_day(day).ok()
    };
    // A day outside the four-digit years is looked up in another cycle.
    let shifts = [0, 1, -1].map(|cycles| (cycles * CYCLE_YEARS, date(days + cycles * CYCLE_DAYS)));
    let found = shifts.into_iter().find_map(|(years, date)| {
        let date = date.filter(|date| (0..=9_999).contains(&date.year()))?;
        Some((i64::from(date.year()) - years, u8::from(date.month()), date.day()))
    });
    found.expect("every caller clamps to one year beyond the four-digit ones")
}
