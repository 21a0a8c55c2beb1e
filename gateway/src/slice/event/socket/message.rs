//! What a client says on a socket of events. Invariant: a fault is reported with its pointer.

use crate::{body::parse_json, error::ApiError, socket::introduction::Introduction};
use serde::{Deserialize, de::IgnoredAny};

/// A message of a client.
pub(super) enum Said {
    ConnectionInit(Introduction),
    Subscribe(Subscribe),
    /// More events that may be sent.
    Credit(u64),
    /// The number up to which the client is done with the events.
    Ack(u64),
}

/// The events that a client wants.
#[derive(Deserialize)]
pub(super) struct Subscribe {
    pub(super) after: Option<u64>,
    #[serde(default)]
    pub(super) types: Vec<String>,
    pub(super) subject: Option<String>,
    /// How many events may be sent.
    pub(super) credit: u64,
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
    Subscribe,
    Credit,
    Ack,
}

/// A message with its type, which is known, and no other members.
macro_rules! message {
    ($name:ident { $($(#[$meta:meta])* $field:ident: $type:ty),* }) => {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $name {
            #[serde(rename = "type")]
            _kind: IgnoredAny,
            $($(#[$meta])* $field: $type),*
        }
    };
}
message!(ConnectionInitMessage { #[serde(default)] payload: Option<Introduction> });
message!(SubscribeMessage {
    after: Option<u64>,
    #[serde(default)] types: Vec<String>,
    subject: Option<String>,
    credit: u64
});
message!(CreditMessage { add: u64 });
message!(AckMessage { sequence: u64 });

/// Reads a message.
///
/// # Errors
/// `request.malformed_json`, `request.invalid_field`.
pub(super) fn parse(text: &str) -> Result<Said, ApiError> {
    let bytes = text.as_bytes();
    Ok(match parse_json::<Kind>(bytes)?.name {
        Name::ConnectionInit => {
            Said::ConnectionInit(parse_json::<ConnectionInitMessage>(bytes)?.payload.unwrap_or_default())
        }
        Name::Subscribe => {
            let SubscribeMessage { after, types, subject, credit, .. } = parse_json(bytes)?;
            Said::Subscribe(Subscribe { after, types, subject, credit })
        }
        Name::Credit => Said::Credit(parse_json::<CreditMessage>(bytes)?.add),
        Name::Ack => Said::Ack(parse_json::<AckMessage>(bytes)?.sequence),
    })
}
