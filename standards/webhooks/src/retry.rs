//! When a failed webhook is sent again. Invariant: the next attempt is never earlier than its delay in the table, nor
//! than the receiver asked for, and the number of attempts is bounded.
//!
//! The delays are the first six of the example in Standard Webhooks ("Deliverability and reliability"). After those the
//! example goes on with 14, 20 and 24 hours; here 10 hours follow once more, as in the schedule of Svix, so the last
//! attempt is 27 hours 35 minutes after the first.

use std::time::Duration;

/// The delay after each failed attempt, in seconds. The attempt after the last delay is the last one.
pub const RETRY_DELAYS_S: [u64; 7] = [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 10 * 3_600];

/// The largest part of a delay that is added to it, in percent.
pub const JITTER_PERCENT_MAX: u64 = 20;

/// A random fraction from 0 to just below 1, in units of 2^-32. The caller draws it for each attempt, so that webhooks
/// that failed together are not sent again together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Jitter(pub u32);

/// The time from a failed attempt to the next, in milliseconds: the delay of the table, up to a fifth more, and not
/// less than what the receiver asked for with `Retry-After` ([`retry_after_s`](crate::outcome::retry_after_s)).
/// `failed` counts the failed attempts, so it is 1 after the first. `None` when no attempt is left, and for zero.
pub fn next_delay_ms(failed: u32, jitter: Jitter, retry_after_s: Option<u64>) -> Option<u64> {
    next_delay_in(&RETRY_DELAYS_S.map(Duration::from_secs), failed, jitter, retry_after_s)
}

/// As [`next_delay_ms`], with other delays than those of the table.
pub fn next_delay_in(delays: &[Duration], failed: u32, jitter: Jitter, retry_after_s: Option<u64>) -> Option<u64> {
    let index = usize::try_from(failed.checked_sub(1)?).ok()?;
    let delay_ms = u64::try_from(delays.get(index)?.as_millis()).unwrap_or(u64::MAX);
    let range_ms = delay_ms.saturating_mul(JITTER_PERCENT_MAX) / 100;
    let added_ms = range_ms.saturating_mul(u64::from(jitter.0)) >> 32;
    let asked_ms = retry_after_s.unwrap_or(0).saturating_mul(1_000);
    Some(delay_ms.saturating_add(added_ms).max(asked_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Jitter = Jitter(0);
    const MOST: Jitter = Jitter(u32::MAX);

    #[test]
    fn the_delays_are_those_of_the_schedule() {
        let delays: Vec<_> = (1..).map_while(|failed| next_delay_ms(failed, NONE, None)).collect();
        assert_eq!(delays, [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000]);
        assert_eq!(delays.iter().sum::<u64>(), (27 * 3_600 + 35 * 60 + 5) * 1_000);
        for none in [0, 8, u32::MAX] {
            assert_eq!(next_delay_ms(none, NONE, Some(1)), None, "{none}");
        }
    }

    #[test]
    fn jitter_adds_less_than_a_fifth() {
        assert_eq!(next_delay_ms(1, MOST, None), Some(5_999));
        assert_eq!(next_delay_ms(1, Jitter(1 << 31), None), Some(5_500));
        assert_eq!(next_delay_ms(7, MOST, None), Some(43_199_999));
    }

    #[test]
    fn other_delays_are_taken_as_the_table_is() {
        let delays = [Duration::from_millis(10), Duration::MAX];
        assert_eq!(next_delay_in(&delays, 1, MOST, None), Some(11));
        assert_eq!(next_delay_in(&delays, 2, NONE, None), Some(u64::MAX));
        assert_eq!(next_delay_in(&delays, 3, NONE, None), None);
    }

    #[test]
    fn a_receiver_can_only_ask_for_more_time() {
        assert_eq!(next_delay_ms(1, NONE, Some(4)), Some(5_000));
        assert_eq!(next_delay_ms(1, NONE, Some(60)), Some(60_000));
        assert_eq!(next_delay_ms(7, NONE, Some(60)), Some(36_000_000));
        assert_eq!(next_delay_ms(1, MOST, Some(u64::MAX)), Some(u64::MAX));
    }
}
