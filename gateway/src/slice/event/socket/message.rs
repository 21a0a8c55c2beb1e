//! The messages of a socket of events, in both directions. Invariant: AsyncAPI describes these types, and a fault of a
//! client is reported with its pointer.

use super::progress::CREDIT_MAX;
use crate::{
    body::parse_json,
    error::{ApiError, FieldProblem},
    event::{model::CloudEvent, page::SUBJECT_BYTES_MAX},
    socket::introduction::Introduction,
};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

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
pub(super) struct Subscribe {
    pub(super) after: Option<u64>,
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

#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Name {
    ConnectionInit,
    Subscribe,
    Credit,
    Ack,
}

/// A message with its type, which is known, and no other members.
macro_rules! message {
    ($(#[$about:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty),* }) => {
        $(#[$about])*
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        struct $name {
            #[serde(rename = "type")]
            #[schema(value_type = String)]
            _kind: IgnoredAny,
            $($(#[$meta])* $field: $type),*
        }
    };
}
message!(
    /// Says who the client is, before anything else, when the head of the request had no credentials.
    ConnectionInitMessage {
        #[serde(default)]
        #[schema(inline, nullable = false)]
        payload: Option<Introduction>
    }
);
message!(
    /// Asks for events. A socket has one subscription.
    SubscribeMessage {
        /// The number after which the events begin; without it, they begin with the next one that becomes final.
        after: Option<u64>,
        /// Types of events; of all types without one.
        #[serde(default)]
        types: Vec<String>,
        /// What the events are about, as for the list.
        #[schema(min_length = 1, max_length = 8192)]
        subject: Option<String>,
        /// How many events may be sent.
        #[schema(minimum = 1, maximum = 10_000)]
        credit: u64
    }
);
message!(
    /// Gives credit for more events.
    CreditMessage {
        /// How many events may be sent in addition.
        #[schema(minimum = 1, maximum = 10_000)]
        add: u64
    }
);
message!(
    /// Acknowledges events. The number is that after which the client continues.
    AckMessage {
        /// The number up to which the client is done.
        sequence: u64
    }
);

const _: () = assert!(CREDIT_MAX == 10_000 && SUBJECT_BYTES_MAX == 8192);

/// A message of the service.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Told<'m> {
    /// The caller is known.
    ConnectionAck,
    /// The subscription has begun.
    Subscribed {
        /// The number after which the events begin.
        after: u64,
    },
    /// One event. It takes one of the client's credit.
    Event {
        #[schema(value_type = CloudEvent)]
        event: &'m CloudEvent,
    },
    /// Nothing more is to come up to a number.
    Position {
        /// The number.
        read_to: u64,
    },
    /// Why the service ends the socket. The close frame follows, with `code` and `acked` as its reason.
    Error {
        /// A code of the table in reference.md, such as `auth.invalid_token` or `event.too_slow`.
        code: &'m str,
        /// The code in words.
        title: &'m str,
        /// What to do.
        detail: &'m str,
        /// The faults of the client's message; the pointer is that into the message.
        #[schema(value_type = Vec<FieldProblem>)]
        errors: &'m [FieldProblem],
        /// The number after which the client continues: the last that it acknowledged, or where it began; null before
        /// it subscribed.
        acked: Option<u64>,
    },
}

impl Told<'_> {
    /// The text that is sent.
    ///
    /// # Errors
    /// An internal failure, when it cannot be written.
    pub(super) fn text(&self) -> Result<String, ApiError> {
        serde_json::to_string(self).map_err(|error| ApiError::internal(&error))
    }
}

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

/// The schemas of the messages of a client, each with the constant of its type.
pub(in super::super) fn schemas_of_client() -> Vec<Value> {
    let messages = [
        (Name::ConnectionInit, schema::<ConnectionInitMessage>()),
        (Name::Subscribe, schema::<SubscribeMessage>()),
        (Name::Credit, schema::<CreditMessage>()),
        (Name::Ack, schema::<AckMessage>()),
    ];
    let named = messages.into_iter().map(|(name, mut schema)| {
        schema["properties"]["type"] = json!({ "type": "string", "const": name });
        schema
    });
    named.collect()
}

/// The schemas of the messages of the service, each with the constant of its type.
pub(in super::super) fn schemas_of_service() -> Vec<Value> {
    let messages = schema::<Told<'_>>()["oneOf"].as_array().cloned().unwrap_or_default();
    let named = messages.into_iter().map(|mut schema| {
        let name = schema["properties"]["type"]["enum"][0].take();
        schema["properties"]["type"] = json!({ "type": "string", "const": name });
        // What is always written is there, even where it is null.
        schema["required"] =
            schema["properties"].as_object().into_iter().flat_map(|members| members.keys()).cloned().collect();
        schema
    });
    named.collect()
}

fn schema<T: PartialSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap_or_default()
}
