//! Webhooks in requests and responses. Invariant: only [`WebhookWithSecret`] and [`NewSecret`] contain a secret. Only
//! the response that creates it, and its replays, show it.

use super::store::{
    attempt::StoredAttempt,
    endpoint::Endpoint,
    pending::{Counts, DeadRow},
    replay::StoredReplay,
    secret::StoredSecret,
};
use crate::{event::model::TYPE_PREFIX, page::List, tenant::id::KeyId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// Defines an enum whose variants have a stable name in JSON and in the database.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $text:tt,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, ToSchema)]
        pub enum $name { $($(#[$about])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// The name in JSON and in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Reads a stored name.
            ///
            /// # Errors
            /// [`sqlx::Error::Decode`] for another name, which the table does not allow.
            pub(super) fn from_stored(text: &str) -> Result<Self, sqlx::Error> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    other => Err(sqlx::Error::Decode(format!("unknown {}: {other}", stringify!($name)).into())),
                }
            }
        }
    };
}

named!(
    /// How an endpoint's webhooks are signed (Standard Webhooks, "Signature scheme").
    Signature {
        /// HMAC-SHA256, with a secret that the receiver knows, too.
        Hmac = "v1",
        /// Ed25519: the receiver knows the public key only.
        Ed25519 = "v1a",
    }
);

named!(
    /// Whether events are sent to an endpoint.
    WebhookState {
        /// Events are sent.
        Enabled = "enabled",
        /// Nothing is sent. Events that become final meanwhile are sent once it is enabled again.
        Disabled = "disabled",
    }
);

named!(
    /// Why an endpoint is disabled.
    DisabledReason {
        /// A request disabled it.
        Requested = "requested",
        /// The receiver answered 410, which asks for no more webhooks.
        Gone = "gone",
        /// Every attempt failed for too long.
        Failing = "failing",
    }
);

named!(
    /// What an attempt came to.
    AttemptOutcome {
        /// The receiver answered with 2xx.
        Delivered = "delivered",
        /// It failed, and the event is sent again.
        Retry = "retry",
        /// It failed and was the last one: the event is a dead letter.
        Dead = "dead",
        /// It was a test, which is never repeated.
        Test = "test",
    }
);

/// An endpoint that events are sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Webhook {
    /// The id, `hook_…`.
    pub id: String,
    /// Where events are sent, as it was given.
    pub url: String,
    /// For people; can be empty.
    pub description: String,
    /// The types of events that are sent; all types when the list is empty.
    pub types: Vec<String>,
    /// What the events are about, in any spelling; absent when events about anything are sent.
    pub subject: Option<String>,
    /// How what is sent is signed.
    pub signature: Signature,
    /// Whether events are sent.
    pub state: WebhookState,
    /// Why nothing is sent; absent when the endpoint is enabled.
    pub disabled_reason: Option<DisabledReason>,
    /// Since when nothing is sent, RFC 3339 UTC; absent when the endpoint is enabled.
    #[serde(with = "time::serde::rfc3339::option")]
    pub disabled_at: Option<OffsetDateTime>,
    /// The time of creation, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// The API key that made it.
    pub made_by: String,
    /// Every event up to this number was sent, skipped by the conditions, is a dead letter, or waits.
    pub read_to: u64,
    /// The first failure since the last success, RFC 3339 UTC; absent after a success.
    #[serde(with = "time::serde::rfc3339::option")]
    pub failing_since: Option<OffsetDateTime>,
}

impl From<Endpoint> for Webhook {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            id: endpoint.id.to_string(),
            url: endpoint.url,
            description: endpoint.description,
            types: endpoint.types.iter().map(|name| format!("{TYPE_PREFIX}{name}")).collect(),
            subject: endpoint.subject,
            signature: endpoint.signature,
            state: endpoint.state,
            disabled_reason: endpoint.disabled_reason,
            disabled_at: endpoint.disabled_at,
            created_at: endpoint.created_at,
            made_by: KeyId(endpoint.made_by).to_string(),
            read_to: endpoint.read_to,
            failing_since: endpoint.failing_since,
        }
    }
}

/// An endpoint with what waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookDetail {
    /// The endpoint.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// The number of events that wait to be sent, those of a replay, too.
    pub pending: u64,
    /// The number of dead letters: events whose last attempt failed.
    pub dead_letters: u64,
    /// The range that is being sent again; absent when there is none.
    pub replay: Option<Replay>,
}

impl WebhookDetail {
    pub(super) fn of(endpoint: Endpoint, counts: Counts, replay: Option<StoredReplay>) -> Self {
        Self {
            webhook: endpoint.into(),
            pending: counts.pending,
            dead_letters: counts.dead,
            replay: replay.map(Replay::from),
        }
    }
}

/// A range of events that is being sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Replay {
    /// The number of the event that is read next.
    pub next: u64,
    /// The number of the last event.
    pub to: u64,
    /// The time of the request, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl From<StoredReplay> for Replay {
    fn from(replay: StoredReplay) -> Self {
        Self { next: replay.next, to: replay.until, created_at: replay.created_at }
    }
}

/// A secret without its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookSecret {
    /// The id, `hsec_…`.
    pub id: String,
    /// The public key, `whpk_…`; absent for a secret of HMAC.
    pub public_key: Option<String>,
    /// The time of creation, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it stops to sign, RFC 3339 UTC; absent for the newest.
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
}

impl From<StoredSecret> for WebhookSecret {
    fn from(secret: StoredSecret) -> Self {
        let StoredSecret { id, public_key, created_at, expires_at } = secret;
        Self { id: id.to_string(), public_key, created_at, expires_at }
    }
}

/// The valid secrets of an endpoint, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookSecrets {
    /// One or two secrets.
    pub items: Vec<WebhookSecret>,
}

/// A new secret. Its value is shown only once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewSecret {
    /// The secret. Its public key is what a receiver of Ed25519 verifies with.
    #[serde(flatten)]
    pub about: WebhookSecret,
    /// The value, `whsec_…`, with which the receiver verifies. It cannot be shown again. Absent for Ed25519, whose
    /// secret key never leaves the service.
    pub secret: Option<String>,
}

/// A new endpoint with its first secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookWithSecret {
    /// The endpoint.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// The value of its secret, `whsec_…`, with which the receiver verifies. It cannot be shown again. Absent for
    /// Ed25519.
    pub secret: Option<String>,
    /// The public key, `whpk_…`, with which the receiver verifies; absent for HMAC.
    pub public_key: Option<String>,
}

/// A call to the receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookAttempt {
    /// The id, `hatt_…`.
    pub id: String,
    /// The number of the event; absent for a test.
    pub sequence: Option<u64>,
    /// Which attempt of the event it was, from 1.
    pub number: u32,
    /// When it began, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
    /// The status of the answer; absent when there was none.
    pub status: Option<u16>,
    /// Why there was no answer, a code such as `webhook.timeout`; absent when there was one.
    pub error: Option<String>,
    /// The beginning of the answer's body, at most 1,024 bytes; absent when it is empty.
    pub answer: Option<String>,
    /// What it came to.
    pub outcome: AttemptOutcome,
}

impl From<StoredAttempt> for WebhookAttempt {
    fn from(attempt: StoredAttempt) -> Self {
        let StoredAttempt { id, sequence, number, at, duration_ms, status, error, answer, outcome } = attempt;
        Self { id: id.to_string(), sequence, number, at, duration_ms, status, error, answer, outcome }
    }
}

/// An event whose last attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeadLetter {
    /// The number of the event.
    pub sequence: u64,
    /// The number of attempts.
    pub attempts: u32,
    /// Why the last one failed: a code, `webhook.status` for an answer with another status than 2xx.
    pub last_error: Option<String>,
    /// When it failed, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub died_at: OffsetDateTime,
}

impl From<DeadRow> for DeadLetter {
    fn from(row: DeadRow) -> Self {
        let DeadRow { sequence, attempts, last_error, died_at } = row;
        Self { sequence, attempts, last_error, died_at }
    }
}

/// One page of endpoints, oldest first.
pub type WebhookPage = List<Webhook>;

/// One page of attempts, newest first.
pub type WebhookAttemptPage = List<WebhookAttempt>;

/// One page of dead letters, in the order of their numbers.
pub type DeadLetterPage = List<DeadLetter>;
