//! The schedule of a query subscription (EPCIS 2.0 REST binding, `QueryScheduleSubscription`; the grammar of fields is
//! that of EPCIS 1.2 section 8.2.5.3). Invariant: a schedule that was read has a next time at every time until the
//! year 9880, and finding it takes a bounded number of steps.
//!
//! A field is a list, separated by commas, of numbers, ranges `[1-5]`, and, as cron has them and the binding's example
//! uses them, steps `0/30`, and `*`. The time zone is UTC. A schedule is due at the times at which all of its fields
//! match. A field that is absent matches every value, unless it is finer than all fields that are there: then it
//! matches its lowest value alone. So `{"hour": "1", "minute": "5"}` is due once a day, as the binding says, and not in
//! each second of that minute.

use crate::timestamp::date_of;

/// The longest text of a field, in bytes. All numbers of the largest range fit.
pub const SCHEDULE_FIELD_BYTES_MAX: usize = 256;

const SECONDS_PER_DAY: i64 = 86_400;
/// After as many days every date has been on every day of the week, and a leap day that a century leaves out is past.
const DAYS_MAX: i64 = 41 * 366;
/// The days since 1970 for which there is a next time, about from the year 50 to 9880. Later ones can be written.
const DAYS_FROM: i64 = -700_000;
const DAYS_TO: i64 = 2_890_000;

/// The fields of a schedule as they are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScheduleFields<'t> {
    /// 0 to 59.
    pub second: Option<&'t str>,
    /// 0 to 59.
    pub minute: Option<&'t str>,
    /// 0 to 23.
    pub hour: Option<&'t str>,
    /// 1 to 31.
    pub day_of_month: Option<&'t str>,
    /// 1 to 12.
    pub month: Option<&'t str>,
    /// 1 to 7, from Monday to Sunday.
    pub day_of_week: Option<&'t str>,
}

/// What is wrong with a schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleProblem {
    /// No field is there.
    #[error("has no field; name one at least")]
    Empty,
    /// A field is not in the grammar, or has a number out of its range.
    #[error("is no list of numbers from {from} to {to}, such as `{from}`, `[{from}-{to}]` or `{from}/2`")]
    Field {
        /// The name of the field in the binding.
        name: &'static str,
        from: u32,
        to: u32,
    },
    /// No date matches, as the 31st of February.
    #[error("matches no date")]
    Never,
}

impl ScheduleProblem {
    /// The name of the field that is meant; empty when it is the schedule as a whole.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Field { name, .. } => name,
            Self::Empty | Self::Never => "",
        }
    }
}

/// The times at which a subscription is due. Each set has a bit for each number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    seconds: u64,
    minutes: u64,
    hours: u64,
    days_of_month: u64,
    months: u64,
    days_of_week: u64,
}

impl Schedule {
    /// Reads the fields of a schedule.
    ///
    /// # Errors
    /// [`ScheduleProblem`] with the first field that is wrong.
    pub fn parse(fields: &ScheduleFields<'_>) -> Result<Self, ScheduleProblem> {
        let ScheduleFields { second, minute, hour, day_of_month, month, day_of_week } = *fields;
        let levels = [
            month.is_some(),
            day_of_month.is_some() || day_of_week.is_some(),
            hour.is_some(),
            minute.is_some(),
            second.is_some(),
        ];
        let finest = levels.iter().rposition(|is_there| *is_there).ok_or(ScheduleProblem::Empty)?;
        let read = |level: usize, name, text: Option<&str>, from, to| match text {
            Some(text) => set(text, from, to).ok_or(ScheduleProblem::Field { name, from, to }),
            None if level > finest => Ok(1 << from),
            None => Ok(range(from, to)),
        };
        let schedule = Self {
            seconds: read(4, "second", second, 0, 59)?,
            minutes: read(3, "minute", minute, 0, 59)?,
            hours: read(2, "hour", hour, 0, 23)?,
            days_of_month: read(1, "dayOfMonth", day_of_month, 1, 31)?,
            months: read(0, "month", month, 1, 12)?,
            // The first day of a month is one of the month, not of the week.
            days_of_week: read(0, "dayOfWeek", day_of_week, 1, 7)?,
        };
        if schedule.next_after(0).is_none() {
            return Err(ScheduleProblem::Never);
        }
        Ok(schedule)
    }

    /// The first time after `unix_s` at which the schedule is due, both in seconds since 1970 UTC. `None` only beyond
    /// the years that can be written.
    pub fn next_after(&self, unix_s: i64) -> Option<i64> {
        let begin = unix_s.checked_add(1)?;
        let first_day = begin.div_euclid(SECONDS_PER_DAY);
        if !(DAYS_FROM..=DAYS_TO).contains(&first_day) {
            return None;
        }
        let mut of_day = begin.rem_euclid(SECONDS_PER_DAY);
        for day in first_day..first_day + DAYS_MAX {
            if self.has_day(day)
                && let Some(found) = self.time_of_day(of_day)
            {
                return Some(day * SECONDS_PER_DAY + found);
            }
            of_day = 0;
        }
        None
    }

    fn has_day(&self, day: i64) -> bool {
        let (_, month, day_of_month) = date_of(day);
        // The first day of 1970 was a Thursday.
        let day_of_week = (day + 3).rem_euclid(7) + 1;
        has(self.months, month.into())
            && has(self.days_of_month, day_of_month.into())
            && has(self.days_of_week, day_of_week)
    }

    /// The first time of a day from `from` on, in seconds.
    fn time_of_day(&self, from: i64) -> Option<i64> {
        let (hour, minute, second) = (from / 3_600, from / 60 % 60, from % 60);
        let within = has(self.hours, hour)
            .then(|| {
                let this = has(self.minutes, minute).then(|| next(self.seconds, second)).flatten();
                this.map(|second| (minute, second))
                    .or_else(|| Some((next(self.minutes, minute + 1)?, next(self.seconds, 0)?)))
            })
            .flatten();
        let (hour, (minute, second)) = match within {
            Some(found) => (hour, found),
            None => (next(self.hours, hour + 1)?, (next(self.minutes, 0)?, next(self.seconds, 0)?)),
        };
        Some(hour * 3_600 + minute * 60 + second)
    }
}

/// The numbers of a field; `None` when the text is not in the grammar.
fn set(text: &str, from: u32, to: u32) -> Option<u64> {
    if text.len() > SCHEDULE_FIELD_BYTES_MAX {
        return None;
    }
    let number = |text: &str| {
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u32>().ok()).flatten()
    };
    let within = |text: &str| number(text).filter(|number| (from..=to).contains(number));
    let mut found = 0;
    for element in text.split(',') {
        let element = element.trim_matches(' ');
        if let Some((begin, step)) = element.split_once('/') {
            let begin = if begin == "*" { from } else { within(begin)? };
            let step = number(step).filter(|step| (1..=to).contains(step))?;
            found |= (begin..=to).step_by(usize::try_from(step).ok()?).fold(0, |set, number| set | 1 << number);
        } else if let Some(ends) = element.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let (first, last) = ends.split_once('-')?;
            let (first, last) = (within(first)?, within(last)?);
            if first > last {
                return None;
            }
            found |= range(first, last);
        } else if element == "*" {
            found |= range(from, to);
        } else {
            found |= 1 << within(element)?;
        }
    }
    Some(found)
}

/// The set of the numbers from `first` to `last`, which is below 64.
fn range(first: u32, last: u32) -> u64 {
    (first..=last).fold(0, |set, number| set | 1 << number)
}

fn has(set: u64, number: i64) -> bool {
    next(set, number) == Some(number)
}

/// The lowest number of a set from `from` on.
fn next(set: u64, from: i64) -> Option<i64> {
    let from = u32::try_from(from).ok().filter(|from| *from < u64::BITS)?;
    let rest = set >> from << from;
    (rest != 0).then(|| i64::from(rest.trailing_zeros()))
}

#[cfg(test)]
mod tests;
