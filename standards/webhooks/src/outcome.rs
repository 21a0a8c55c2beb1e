//! What an answer to a webhook means (Standard Webhooks, "Delivery success and failure"). Invariant: every status has
//! one meaning; only 2xx is a delivery, so a redirect is a failure and never followed.

use crate::limit::RETRY_AFTER_BYTES_MAX;
use time::{PrimitiveDateTime, macros::format_description};

/// The longest time that a receiver can put the next attempt off, in seconds: the longest delay of the schedule.
pub const RETRY_AFTER_S_MAX: u64 = 10 * 60 * 60;

/// The meaning of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// 2xx: the receiver has the webhook.
    Delivered,
    /// 410: the receiver wants no more webhooks, so the sender disables the endpoint.
    Gone,
    /// 429, 502, 503 and 504: the receiver is under load, so the sender sends less.
    Overloaded,
    /// Every other status.
    Failed,
}

impl Outcome {
    /// The meaning of a status code.
    pub fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Delivered,
            410 => Self::Gone,
            429 | 502..=504 => Self::Overloaded,
            _ => Self::Failed,
        }
    }
}

/// The time in seconds for which an answer asks to wait with `Retry-After` (RFC 9110, section 10.2.3), at most
/// [`RETRY_AFTER_S_MAX`]. Only 429 and 503 ask so. The header is a number of seconds, or a date as senders must write
/// it (RFC 9110, section 5.6.7), which is compared with `now_s`, the seconds since 1970. `None` for other statuses and
/// other texts.
pub fn retry_after_s(status: u16, header: &str, now_s: u64) -> Option<u64> {
    if !matches!(status, 429 | 503) || header.len() > RETRY_AFTER_BYTES_MAX {
        return None;
    }
    let wait_s = if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number with too many digits is a very long time.
        header.parse().unwrap_or(u64::MAX)
    } else {
        read_date_s(header)?.saturating_sub(now_s)
    };
    Some(wait_s.min(RETRY_AFTER_S_MAX))
}

/// The seconds since 1970 of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`. Zero for earlier dates.
fn read_date_s(text: &str) -> Option<u64> {
    let form =
        format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
    let date = PrimitiveDateTime::parse(text, form).ok()?;
    Some(u64::try_from(date.assume_utc().unix_timestamp()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_one_meaning() {
        for status in 0..=999 {
            let expected = match status {
                200..=299 => Outcome::Delivered,
                410 => Outcome::Gone,
                429 | 502 | 503 | 504 => Outcome::Overloaded,
                _ => Outcome::Failed,
            };
            assert_eq!(Outcome::of(status), expected, "{status}");
        }
    }

    #[test]
    fn a_receiver_puts_the_next_attempt_off_by_seconds_or_to_a_date() {
        let now_s = 784_111_777; // Sun, 06 Nov 1994 08:49:37 GMT
        for (header, expected) in [
            ("0", Some(0)),
            ("120", Some(120)),
            ("36000", Some(36_000)),
            ("36001", Some(36_000)),
            ("99999999999999999999999999", Some(36_000)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
            ("Sat, 05 Nov 1994 08:49:37 GMT", Some(0)),
            ("Wed, 31 Dec 1969 23:59:59 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(36_000)),
            // The obsolete forms of a date.
            ("Sunday, 06-Nov-94 08:49:37 GMT", None),
            ("Sun Nov  6 08:49:37 1994", None),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            (" 1", None),
            ("soon", None),
            ("٣", None),
        ] {
            for status in [429, 503] {
                assert_eq!(retry_after_s(status, header, now_s), expected, "{header}");
            }
            for status in [200, 301, 410, 500, 502, 504] {
                assert_eq!(retry_after_s(status, header, now_s), None, "{status} {header}");
            }
        }
    }

    #[test]
    fn a_long_header_is_not_read() {
        let zeros = |count: usize| "0".repeat(count);
        assert_eq!(retry_after_s(429, &zeros(RETRY_AFTER_BYTES_MAX), 0), Some(0));
        assert_eq!(retry_after_s(429, &zeros(RETRY_AFTER_BYTES_MAX + 1), 0), None);
    }
}
