//! The messages of `graphql-transport-ws`. Invariant: a fault is reported with its pointer.

use crate::{body::parse_json, error::ApiError, graphql::execute::GraphqlRequest, socket::introduction::Introduction};
use async_graphql::ServerError;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::json;

/// A message of a client.
pub(super) enum Said {
    ConnectionInit(Introduction),
    Ping,
    Pong,
    /// The id of a subscription, and its document.
    Subscribe(String, GraphqlRequest),
    /// The client wants no more of a subscription.
    Complete(String),
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    name: Name,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    ConnectionInit,
    Ping,
    Pong,
    Subscribe,
    Complete,
}

#[derive(Deserialize)]
struct ConnectionInit {
    #[serde(default)]
    payload: Option<Introduction>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subscribe {
    #[serde(rename = "type")]
    _kind: IgnoredAny,
    id: String,
    payload: GraphqlRequest,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Complete {
    #[serde(rename = "type")]
    _kind: IgnoredAny,
    id: String,
}

/// Reads a message.
///
/// # Errors
/// `request.malformed_json`, `request.invalid_field`.
pub(super) fn parse(text: &str) -> Result<Said, ApiError> {
    let bytes = text.as_bytes();
    Ok(match parse_json::<Kind>(bytes)?.name {
        Name::ConnectionInit => Said::ConnectionInit(parse_json::<ConnectionInit>(bytes)?.payload.unwrap_or_default()),
        Name::Ping => Said::Ping,
        Name::Pong => Said::Pong,
        Name::Subscribe => {
            let Subscribe { id, payload, .. } = parse_json(bytes)?;
            Said::Subscribe(id, payload)
        }
        Name::Complete => Said::Complete(parse_json::<Complete>(bytes)?.id),
    })
}

/// The message that ends a subscription with errors.
pub(super) fn error(id: &str, errors: &[ServerError]) -> String {
    json!({ "id": id, "type": "error", "payload": errors }).to_string()
}

/// The message that ends a subscription.
pub(super) fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}
