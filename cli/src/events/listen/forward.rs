//! Gives events to a receiver as Standard Webhooks. Invariant: body, headers and id are those of the service's own
//! webhooks, so a receiver that works with one works with the other. Redirects are not followed.

use anyhow::Context as _;
use gateway::{
    event::model::CloudEvent,
    outgoing::{CALL_MS_MAX, CONNECT_MS_MAX},
};
use reqwest::{Client, redirect::Policy};
use standards_webhooks::{
    message::{ID_HEADER, Message, SIGNATURE_HEADER, TIMESTAMP_HEADER},
    outcome::Outcome,
    secret::Secret,
    sign::sign,
};
use std::time::{Duration, SystemTime};
use url::Url;

/// The media type of an event in structured mode (CloudEvents 1.0, HTTP binding, section 3.2).
const MEDIA_TYPE: &str = "application/cloudevents+json";

/// Names the sender to the receiver's log.
const USER_AGENT: &str = concat!("Waymark/", env!("CARGO_PKG_VERSION"));

/// A receiver, and the secret that it verifies with.
pub(super) struct Forwarder {
    client: Client,
    url: Url,
    secret: Secret,
    /// Whether the secret was made here.
    is_new: bool,
}

/// What became of an attempt.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Given {
    Delivered,
    /// The receiver wants no more events.
    Gone,
    /// It did not take the event, for this reason.
    Failed(String),
}

impl Forwarder {
    /// Prepares a receiver. Without a secret, a new one is made.
    ///
    /// # Errors
    /// When the text is no secret.
    pub(super) fn new(url: Url, secret: Option<&str>) -> anyhow::Result<Self> {
        let is_new = secret.is_none();
        let secret = match secret {
            Some(text) => Secret::parse(text),
            None => Secret::symmetric(&rand::random::<[u8; 32]>()),
        };
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_millis(CONNECT_MS_MAX))
            .timeout(Duration::from_millis(CALL_MS_MAX))
            .build()?;
        Ok(Self { client, url, secret: secret.context("reading the secret")?, is_new })
    }

    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    /// What its owner does not know yet: the secret that was made, or the public key of the given secret.
    pub(super) fn key_line(&self) -> Option<String> {
        match self.secret.public_key() {
            Some(key) => Some(format!("Public key {key}")),
            None if self.is_new => Some(format!("Secret {}", *self.secret.to_text())),
            None => None,
        }
    }

    /// Sends an event once.
    ///
    /// # Errors
    /// When the event has an id that cannot be signed, which no event of the service has.
    pub(super) async fn give(&self, event: &CloudEvent, body: &str) -> anyhow::Result<Given> {
        let id = event.webhook_id();
        let timestamp_s = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let message = Message { id: &id, timestamp_s, body: body.as_bytes() };
        let signature = sign(&message, std::slice::from_ref(&self.secret))?;
        let answer = self
            .client
            .post(self.url.clone())
            .header("content-type", MEDIA_TYPE)
            .header("user-agent", USER_AGENT)
            .header(ID_HEADER, &id)
            .header(TIMESTAMP_HEADER, timestamp_s)
            .header(SIGNATURE_HEADER, signature)
            .body(body.to_owned())
            .send()
            .await;
        Ok(match answer.map(|answer| answer.status()) {
            Err(error) => Given::Failed(format!("{:#}", anyhow::Error::new(error))),
            Ok(status) => match Outcome::of(status.as_u16()) {
                Outcome::Delivered => Given::Delivered,
                Outcome::Gone => Given::Gone,
                Outcome::Overloaded | Outcome::Failed => Given::Failed(format!("the receiver answers {status}")),
            },
        })
    }
}
