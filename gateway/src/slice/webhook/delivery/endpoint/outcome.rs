//! What the end of a call changes. Invariant: every call that was made is an attempt that is stored.

use super::running::{Done, Work};
use crate::webhook::{
    delivery::{
        call::{Called, Meaning, next_attempt_ms, now_ms},
        queue::Verdict,
        store::{Failing, time_of},
    },
    id::AttemptId,
    model::{AttemptOutcome, DisabledReason},
    store::attempt::{StoredAttempt, excerpt},
};

/// The time until a call is made again for which the receiver had no place, in milliseconds.
const BUSY_MS: u64 = 100;
/// Failures that are further apart are not of one series: longer than every delay between attempts.
const SERIES_MS_MAX: u64 = 24 * 3_600 * 1_000;

impl Work {
    /// Takes in a call that has ended.
    pub(super) fn settle(&mut self, done: Done) {
        let Done { key, attempts, called, is_first, final_ms } = done;
        if is_first {
            self.has_first = false;
        }
        let now_ms = now_ms();
        let called = match called {
            Ok(called) => called,
            Err(error) => {
                self.hold("an event could not be signed", &error);
                self.queue.settle(key, Verdict::NotSent { at_ms: self.holds_to_ms }, None, now_ms);
                return;
            }
        };
        let (verdict, outcome) = match called.meaning() {
            Meaning::Busy => {
                let at_ms = now_ms.saturating_add(BUSY_MS);
                self.queue.settle(key, Verdict::NotSent { at_ms }, None, now_ms);
                return;
            }
            Meaning::Delivered => {
                self.succeeded();
                if attempts == 0 && key.replay == 0 {
                    let delay_ms = now_ms.saturating_sub(final_ms);
                    let delay = std::time::Duration::from_millis(delay_ms).as_secs_f64();
                    metrics::histogram!("waymark_webhook_delay_seconds").record(delay);
                }
                (Verdict::Delivered, AttemptOutcome::Delivered)
            }
            Meaning::Gone => {
                self.disabled = Some(DisabledReason::Gone);
                // It is sent again when the endpoint is enabled again.
                (Verdict::Retry { at_ms: now_ms }, AttemptOutcome::Retry)
            }
            Meaning::Failed { retry_after_s, is_overloaded } => {
                let failed = attempts.saturating_add(1);
                let next_ms = next_attempt_ms(&self.shared.settings, failed, retry_after_s, now_ms);
                self.failed(now_ms);
                if is_overloaded {
                    let asked_ms = retry_after_s.unwrap_or(1).saturating_mul(1_000);
                    self.pace.pause_until(now_ms.saturating_add(asked_ms));
                }
                if let Some(at_ms) = next_ms {
                    (Verdict::Retry { at_ms }, AttemptOutcome::Retry)
                } else {
                    metrics::counter!("waymark_webhook_dead_letters_total").increment(1);
                    (Verdict::Dead, AttemptOutcome::Dead)
                }
            }
        };
        metrics::counter!("waymark_webhook_attempts_total", "outcome" => outcome.as_str()).increment(1);
        metrics::histogram!("waymark_webhook_call_duration_seconds").record(called.duration.as_secs_f64());
        self.queue.settle(key, verdict, called.error(), now_ms);
        // What fails waits for long, so its body is read again.
        self.bodies.remove(&key.sequence);
        self.attempts.push(attempt(key.sequence, attempts, &called, outcome));
    }

    fn succeeded(&mut self) {
        self.pace.succeeded();
        self.last_failure_ms = None;
        if self.failing_since_ms.take().is_some() {
            self.unstored_failing = Some(Failing(None));
        }
    }

    fn failed(&mut self, now_ms: u64) {
        self.pace.failed(now_ms);
        let last_ms = self.last_failure_ms.replace(now_ms).unwrap_or(now_ms);
        let is_series = now_ms.saturating_sub(last_ms) <= SERIES_MS_MAX;
        let since_ms = self.failing_since_ms.filter(|_| is_series).unwrap_or(now_ms);
        if self.failing_since_ms != Some(since_ms) {
            self.failing_since_ms = Some(since_ms);
            self.unstored_failing = Some(Failing(self.failing_since_ms));
        }
        let disable_after_ms = u64::try_from(self.shared.settings.disable_after.as_millis()).unwrap_or(u64::MAX);
        if now_ms.saturating_sub(since_ms) >= disable_after_ms && self.disabled.is_none() {
            self.disabled = Some(DisabledReason::Failing);
        }
    }
}

fn attempt(sequence: u64, failed: u32, called: &Called, outcome: AttemptOutcome) -> StoredAttempt {
    let duration_ms = u32::try_from(called.duration.as_millis()).unwrap_or(u32::MAX);
    let (status, error, answer) = match &called.result {
        Ok(answer) => (Some(answer.status), None, excerpt(&answer.excerpt)),
        Err(error) => (None, Some(error.code().to_owned()), None),
    };
    StoredAttempt {
        id: AttemptId::new(),
        sequence: Some(sequence),
        number: failed.saturating_add(1),
        at: time_of(called.at_ms),
        duration_ms,
        status,
        error,
        answer,
        outcome,
    }
}
