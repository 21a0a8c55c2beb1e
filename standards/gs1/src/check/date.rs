//! Dates and times in digits. Invariant: a date that is accepted is in the Gregorian calendar.

use super::number::is_digits;
use crate::problem::{Problem, code};

/// Whether day 00 stands for a whole month (GS1 General Specifications, section 3.4.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    Required,
    OrWholeMonth,
}

/// Checks `YYMMDD`. Years are of 1951 to 2050 or nearby, where each fourth one is a leap year, 00 included.
pub(super) fn date(text: &str, day: Day) -> Result<(), Problem> {
    if text.len() != 6 || !is_digits(text) {
        return Err(Problem::new(0, code::INVALID_DATE, "a date has six digits"));
    }
    let is_leap = two_digits(&text[..2]).is_multiple_of(4);
    month_and_day(&text[2..], is_leap, day).map_err(|problem| problem.moved_by(2))
}

/// Checks `YYYYMMDD`.
pub(super) fn long_date(text: &str) -> Result<(), Problem> {
    if text.len() != 8 || !is_digits(text) {
        return Err(Problem::new(0, code::INVALID_DATE, "a date has eight digits"));
    }
    let (century, year) = (two_digits(&text[..2]), two_digits(&text[2..4]));
    let is_leap = if year == 0 { century.is_multiple_of(4) } else { year.is_multiple_of(4) };
    month_and_day(&text[4..], is_leap, Day::Required).map_err(|problem| problem.moved_by(4))
}

fn month_and_day(text: &str, is_leap: bool, day_rule: Day) -> Result<(), Problem> {
    let (month, day) = (two_digits(&text[..2]), two_digits(&text[2..]));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return Err(Problem::new(0, code::INVALID_DATE, "this month does not exist")),
    };
    if day > days || (day == 0 && day_rule == Day::Required) {
        return Err(Problem::new(2, code::INVALID_DATE, "this day does not exist"));
    }
    Ok(())
}

/// Checks pairs of digits, each below its limit.
pub(super) fn time(text: &str, limits: &[u8]) -> Result<(), Problem> {
    let invalid = |at| Problem::new(at, code::INVALID_TIME, "this time does not exist");
    if text.len() != limits.len() * 2 || !is_digits(text) {
        return Err(invalid(0));
    }
    for (index, limit) in limits.iter().enumerate() {
        if two_digits(&text[index * 2..index * 2 + 2]) >= *limit {
            return Err(invalid(index * 2));
        }
    }
    Ok(())
}

/// The number of two digits.
fn two_digits(text: &str) -> u8 {
    text.bytes().fold(0, |number, digit| number * 10 + (digit - b'0'))
}
