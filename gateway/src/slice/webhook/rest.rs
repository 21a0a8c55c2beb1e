//! Routes of `/v1/webhooks`. Invariant: an endpoint of another tenant gets the same response as one that does not
//! exist.

mod change_webhook;
mod create_webhook;
mod create_webhook_secret;
mod delete_dead_letter;
mod delete_webhook;
mod list_dead_letters;
mod list_webhook_attempts;
mod list_webhook_secrets;
mod list_webhooks;
mod replay_dead_letter;
mod replay_events;
mod show_webhook;
mod test_webhook;

use super::{code, id::WebhookId};
use crate::{error::ApiError, routes, state::Gateway};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes of webhooks.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks::list_webhooks, create_webhook::create_webhook))
        .routes(routes!(show_webhook::show_webhook, change_webhook::change_webhook, delete_webhook::delete_webhook))
        .routes(routes!(list_webhook_secrets::list_webhook_secrets, create_webhook_secret::create_webhook_secret))
        .routes(routes!(test_webhook::test_webhook))
        .routes(routes!(list_webhook_attempts::list_webhook_attempts))
        .routes(routes!(list_dead_letters::list_dead_letters))
        .routes(routes!(delete_dead_letter::delete_dead_letter))
        .routes(routes!(replay_dead_letter::replay_dead_letter))
        .routes(routes!(replay_events::replay_events))
}

/// Parses the id of a path segment. A malformed id gets the same response as an unknown one.
fn webhook_id(text: &str) -> Result<WebhookId, ApiError> {
    text.parse().map_err(|_| code::unknown())
}

/// Parses the number of an event in a path segment, likewise.
fn dead_letter(text: &str) -> Result<u64, ApiError> {
    text.parse().map_err(|_| code::unknown_dead_letter())
}
