//! The documents that the clients of a crash test sent, and the answers.

use crate::{
    api::{Answer, Api},
    poll::until,
};
use serde_json::Value;
use std::fmt;

/// Events per document.
const EVENTS: u64 = 5;

/// A document, identified by its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Document(pub(crate) u64);

/// The answer that a client received for a document before the crash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Reply {
    /// It is final and indexed.
    Acknowledged,
    /// It was accepted and will be decided; the path of the operation.
    Accepted(String),
    /// There was no answer.
    Unanswered,
}

impl Document {
    /// The ids of its events.
    pub(crate) fn ids(self) -> impl Iterator<Item = String> + use<> {
        let first = self.0 * EVENTS;
        (first..first + EVENTS).map(|number| format!("urn:uuid:c0a57e00-0000-4000-8000-{number:012x}"))
    }

    /// The number of the identifier that an event shares with one event of each other document; none for an event of
    /// somebody else.
    pub(crate) fn chain_of(id: &Value) -> Option<u64> {
        let number = id.as_str()?.strip_prefix("urn:uuid:c0a57e00-0000-4000-8000-")?;
        Some(u64::from_str_radix(number, 16).ok()? % EVENTS)
    }

    /// Its idempotency key.
    pub(crate) fn key(self) -> String {
        format!("document-{}", self.0)
    }

    fn text(self) -> String {
        let events: Vec<String> = self.ids().enumerate().map(|(index, id)| event(self.0, index, &id)).collect();
        format!(
            r#"{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument",
            "schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{{"eventList":[{}]}}}}"#,
            events.join(",")
        )
    }

    /// Captures it under its key. Fails when the gateway is killed meanwhile.
    pub(crate) async fn send(&self, api: &Api, waits: bool) -> reqwest::Result<Answer> {
        let key = self.key();
        let headers = [("idempotency-key", key.as_str()), ("prefer", "wait=30")];
        let headers = if waits { &headers[..] } else { &headers[..1] };
        api.post("/epcis/capture", headers, self.text()).await
    }
}

fn event(document: u64, index: usize, id: &str) -> String {
    let (minute, second) = (document / 60 % 60, document % 60);
    format!(
        r#"{{"type":"ObjectEvent","eventID":"{id}","action":"OBSERVE","bizStep":"packing","disposition":"in_progress",
        "eventTime":"2026-01-01T00:{minute:02}:{second:02}Z","eventTimeZoneOffset":"+00:00",
        "epcList":["https://id.gs1.org/01/09521141012345/21/{document}-{index}",
        "https://id.gs1.org/01/09521141012345/21/chain-{index}"]}}"#
    )
}

/// Returns whether an accepted operation became final; otherwise asserts that it expired. Waits until the gateway has
/// submitted it again.
pub(super) async fn is_final(api: &Api, operation: &str) -> bool {
    let path = format!("/v1/operations/{operation}");
    let status = until("the outcome of the accepted operation", async || {
        let answer = api.get_with(&path, &[("prefer", "wait=30")]).await;
        assert_eq!(answer.status, 200, "{operation}: an accepted operation is known: {}", answer.text());
        answer.json()["status"].as_str().filter(|status| *status != "accepted").map(str::to_owned)
    })
    .await;
    assert!(matches!(&*status, "final" | "expired"), "{operation} is {status}");
    status == "final"
}

/// The known outcomes of all documents so far.
#[derive(Debug, Default)]
pub(super) struct Outcomes {
    /// Acknowledged as final.
    pub(super) captured: Vec<Document>,
    /// Expired: the client was told that the document will not be captured.
    pub(super) absent: Vec<Document>,
    /// Interrupted, and never repeated.
    pub(super) unknown: Vec<Document>,
}

impl Outcomes {
    /// All documents.
    pub(super) fn documents(&self) -> impl Iterator<Item = &Document> {
        self.captured.iter().chain(&self.absent).chain(&self.unknown)
    }

    /// A number that no document has.
    pub(super) fn next_number(&self) -> u64 {
        self.documents().map(|document| document.0 + 1).max().unwrap_or(0)
    }

    pub(super) fn captured_count(&self) -> usize {
        self.captured.len()
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { captured, absent, unknown } = self;
        write!(f, "documents: {} captured, {} expired, {} given up", captured.len(), absent.len(), unknown.len())
    }
}
