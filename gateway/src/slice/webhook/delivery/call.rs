//! One call to a receiver, and what its answer means. Invariant: every call is signed with the secrets that are valid
//! when it is made, and every attempt to deliver an event has the event's id.

use super::settings::DeliverySettings;
use crate::{
    error::ApiError,
    outgoing::{Answer, Kept, Outgoing, OutgoingError},
    tenant_id::TenantId,
    webhook::{signed::signed, store::endpoint::Endpoint},
};
use bytes::Bytes;
use standards_webhooks::{
    outcome::{self, Outcome},
    retry::Jitter,
    secret::Secret,
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use time::OffsetDateTime;

/// An endpoint as its calls need it.
pub(super) struct Receiver {
    pub(super) tenant: TenantId,
    pub(super) endpoint: Endpoint,
    pub(super) secrets: Vec<(Secret, Option<OffsetDateTime>)>,
    pub(super) kept: Kept,
}

/// What an attempt came to.
pub(super) struct Called {
    /// When it began, in milliseconds since 1970.
    pub(super) at_ms: u64,
    pub(super) duration: Duration,
    pub(super) result: Result<Answer, OutgoingError>,
}

/// The meaning of what an attempt came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    Delivered,
    /// The receiver wants no more.
    Gone,
    /// It failed. The receiver may have asked to wait for some seconds, or be under load.
    Failed {
        retry_after_s: Option<u64>,
        is_overloaded: bool,
    },
    /// It was not made.
    Busy,
}

/// The time in milliseconds since 1970.
pub(super) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

impl Receiver {
    /// Sends an event, which is the JSON of CloudEvents.
    ///
    /// # Errors
    /// `internal` when it cannot be signed. What the receiver does is no error.
    pub(super) async fn call(&self, outgoing: &Outgoing, id: &str, body: Bytes) -> Result<Called, ApiError> {
        let at_ms = now_ms();
        let now = OffsetDateTime::now_utc();
        let valid = self.secrets.iter().filter(|(_, expires)| expires.is_none_or(|expires| expires > now));
        let secrets: Vec<Secret> = valid.map(|(secret, _)| secret.clone()).collect();
        let call = signed(id, at_ms / 1_000, body, &secrets)?;
        let begun = std::time::Instant::now();
        let result = match outgoing.target(&self.endpoint.url) {
            Ok(target) => outgoing.post_over(&self.kept, self.tenant, &target, call).await,
            Err(problem) => Err(problem.into()),
        };
        Ok(Called { at_ms, duration: begun.elapsed(), result })
    }
}

impl Called {
    /// What it means.
    pub(super) fn meaning(&self) -> Meaning {
        match &self.result {
            Err(OutgoingError::Busy) => Meaning::Busy,
            Err(_) => Meaning::Failed { retry_after_s: None, is_overloaded: false },
            Ok(answer) => match Outcome::of(answer.status) {
                Outcome::Delivered => Meaning::Delivered,
                Outcome::Gone => Meaning::Gone,
                outcome => {
                    let header = answer.retry_after.as_deref();
                    let wait_s = |header| outcome::retry_after_s(answer.status, header, now_ms() / 1_000);
                    let is_overloaded = outcome == Outcome::Overloaded;
                    Meaning::Failed { retry_after_s: header.and_then(wait_s), is_overloaded }
                }
            },
        }
    }

    /// The stable code of a failure; `webhook.status` for an answer with another status than 2xx.
    pub(super) fn error(&self) -> Option<&'static str> {
        match &self.result {
            Err(error) => Some(error.code()),
            Ok(answer) if Outcome::of(answer.status) == Outcome::Delivered => None,
            Ok(_) => Some("webhook.status"),
        }
    }
}

/// The time of the attempt after one that failed, in milliseconds since 1970; `None` when no attempt is left. `failed`
/// counts the failed attempts of the event, so it is 1 after the first.
pub(super) fn next_attempt_ms(
    settings: &DeliverySettings,
    failed: u32,
    retry_after_s: Option<u64>,
    now_ms: u64,
) -> Option<u64> {
    let delay = standards_webhooks::retry::next_delay_in(&settings.retry_delays, failed, jitter(), retry_after_s)?;
    Some(now_ms.saturating_add(delay))
}

fn jitter() -> Jitter {
    Jitter(rand::random())
}
