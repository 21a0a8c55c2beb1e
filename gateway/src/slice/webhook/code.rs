//! Problem codes of webhooks. Invariant: a code of a refused URL is the one that attempts to deliver show.

use crate::error::ApiError;

crate::error::codes! {
    /// The tenant has no endpoint with this id.
    UNKNOWN = "webhook.unknown", 404, "The webhook was not found";
    /// The endpoint has no dead letter of this event.
    UNKNOWN_DEAD_LETTER = "webhook.unknown_dead_letter", 404, "The dead letter was not found";
    /// The tenant has as many endpoints as allowed.
    TOO_MANY = "webhook.too_many", 409, "The tenant has too many webhooks";
    /// The URL is not one that requests are sent to, or leads to an address that is not public.
    INVALID_URL = "webhook.invalid_url", 400, "The URL of the webhook is refused";
    /// A range of the endpoint's events is being sent again.
    REPLAYING = "webhook.replaying", 409, "Another replay is running";
}

/// The tenant has no endpoint with an id.
pub(super) fn unknown() -> ApiError {
    ApiError::new(&UNKNOWN, "There is no webhook with this id.")
}

/// The endpoint has no dead letter of an event.
pub(super) fn unknown_dead_letter() -> ApiError {
    ApiError::new(&UNKNOWN_DEAD_LETTER, "This webhook has no dead letter of an event with this number.")
}
