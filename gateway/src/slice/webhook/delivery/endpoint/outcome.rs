//! What the end of a call changes. Invariant: every call that was made is an attempt that is stored.

use super::running::{Done, Sent, Work};
use crate::{
    error::ApiError,
    webhook::{
        delivery::{
            call::{Called, Meaning, next_attempt_ms, now_ms},
            notice::{self, Disabling},
            queue::{EventKey, Verdict},
            store::{Failing, time_of},
        },
        id::AttemptId,
        model::{AttemptOutcome, DisabledReason},
        store::attempt::{StoredAttempt, excerpt},
    },
};

/// The time until a call is made again for which the receiver had no place, in milliseconds.
const BUSY_MS: u64 = 100;
/// Failures that are further apart are not of one series: longer than every delay between attempts.
const SERIES_MS_MAX: u64 = 24 * 3_600 * 1_000;

impl Work {
    /// Takes in a call that has ended.
    pub(super) fn settle(&mut self, done: Done) {
        let Done { sent, called } = done;
        match sent {
            Sent::Event { key, attempts, is_first, final_ms } => {
                if is_first {
                    self.has_first = false;
                }
                self.settle_event(key, attempts, final_ms, called);
            }
            Sent::Notice { id, attempts } => self.settle_notice(&id, attempts, &called),
        }
    }

    fn settle_event(&mut self, key: EventKey, attempts: u32, final_ms: u64, called: Result<Called, ApiError>) {
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
                self.disable(DisabledReason::Gone);
                // It is sent again when the endpoint is enabled again.
                (Verdict::Retry { at_ms: now_ms }, AttemptOutcome::Retry)
            }
            Meaning::Failed { retry_after_s, is_overloaded } => {
                self.failed(now_ms);
                if is_overloaded {
                    self.pause(retry_after_s, now_ms);
                }
                let failed = attempts.saturating_add(1);
                if let Some(at_ms) = next_attempt_ms(&self.shared.settings, failed, retry_after_s, now_ms) {
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

    /// What became of a notice says nothing of events: a receiver may refuse types that it does not know. So it neither
    /// changes the pace, nor how long the endpoint has been failing.
    fn settle_notice(&mut self, id: &str, attempts: u32, called: &Result<Called, ApiError>) {
        let now_ms = now_ms();
        let verdict = match called.as_ref().map(Called::meaning) {
            Err(error) => {
                self.hold("a notice could not be signed", error);
                notice::Verdict::NotSent { at_ms: self.holds_to_ms }
            }
            Ok(Meaning::Busy) => notice::Verdict::NotSent { at_ms: now_ms.saturating_add(BUSY_MS) },
            Ok(Meaning::Delivered) => notice::Verdict::Settled,
            Ok(Meaning::Gone) => {
                self.disable(DisabledReason::Gone);
                notice::Verdict::Retry { at_ms: now_ms }
            }
            Ok(Meaning::Failed { retry_after_s, is_overloaded }) => {
                if is_overloaded {
                    self.pause(retry_after_s, now_ms);
                }
                let failed = attempts.saturating_add(1);
                if let Some(at_ms) = next_attempt_ms(&self.shared.settings, failed, retry_after_s, now_ms) {
                    notice::Verdict::Retry { at_ms }
                } else {
                    tracing::info!(webhook = %self.key.1, notice = id, "webhooks: a notice was given up");
                    notice::Verdict::Settled
                }
            }
        };
        self.notices.settle(id, verdict);
    }

    fn disable(&mut self, reason: DisabledReason) {
        if self.disabled.is_none() {
            self.disabled = Some(Disabling::new(&self.shared, self.key, reason));
        }
    }

    /// The receiver is under load, and may have asked to wait for some seconds.
    fn pause(&mut self, retry_after_s: Option<u64>, now_ms: u64) {
        let asked_ms = retry_after_s.unwrap_or(1).saturating_mul(1_000);
        self.pace.pause_until(now_ms.saturating_add(asked_ms));
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
        if now_ms.saturating_sub(since_ms) >= disable_after_ms {
            self.disable(DisabledReason::Failing);
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
