//! The limits of webhooks, and the bounds of requests for the OpenAPI document. What a call may take is limited in
//! [`crate::outgoing`].

use crate::{
    event::{model::TYPE_PREFIX, page::SUBJECT_BYTES_MAX},
    openapi::{Narrowing, TEXT_PATTERN},
    outgoing::URL_BYTES_MAX,
};
use serde_json::json;

/// The most endpoints of a tenant.
pub const WEBHOOKS_MAX: u32 = 20;
/// The longest description of an endpoint, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 200;
/// The most events of an endpoint that wait to be sent. Then the endpoint reads no further; nothing is lost.
pub const PENDING_MAX: u32 = 10_000;
/// The most calls to an endpoint at once.
pub const IN_FLIGHT_MAX: u32 = 32;
/// The most dead letters of an endpoint. Those with the lowest numbers are dropped first.
pub const DEAD_LETTERS_MAX: u32 = 10_000;
/// The most notices of an endpoint that wait to be sent. The oldest are dropped first.
pub const NOTICES_MAX: u32 = 20;
/// The number of attempts of an endpoint that are kept, the newest ones.
pub const ATTEMPTS_KEPT: u32 = 1_000;
/// The most that is kept of an answer's body, in bytes.
pub const ANSWER_BYTES_KEPT: usize = 1_024;
/// The most events of one replay.
pub const REPLAY_EVENTS_MAX: u64 = 100_000;
/// The time in seconds for which the previous secret stays valid after a rotation, if the request says nothing: a day.
pub const GRACE_S_DEFAULT: u32 = 24 * 3_600;
/// The longest time in seconds for which the previous secret stays valid after a rotation: a week.
pub const GRACE_S_MAX: u32 = 7 * 24 * 3_600;
/// The most secrets of an endpoint that are valid at once.
pub const SECRETS_VALID_MAX: usize = 2;

/// The bounds of members of request bodies.
pub fn narrowings() -> Vec<Narrowing> {
    let url = json!({ "format": "uri", "minLength": 1, "maxLength": URL_BYTES_MAX, "pattern": "^https?://" });
    let description = json!({ "maxLength": DESCRIPTION_CHARS_MAX, "pattern": TEXT_PATTERN });
    let names: Vec<_> = indexer::event_types().map(|known| format!("{TYPE_PREFIX}{}", known.name)).collect();
    let types = json!({ "items": { "type": "string", "enum": names } });
    let subject = json!({ "minLength": 1, "maxLength": SUBJECT_BYTES_MAX });
    let mut all = Vec::new();
    for request in ["CreateWebhook", "ChangeWebhook"] {
        all.push(Narrowing::member(request, "url", url.clone()));
        all.push(Narrowing::member(request, "description", description.clone()));
        all.push(Narrowing::member(request, "types", types.clone()));
        all.push(Narrowing::member(request, "subject", subject.clone()));
    }
    all.push(Narrowing::member("CreateWebhookSecret", "grace_s", json!({ "maximum": GRACE_S_MAX })));
    all
}
