//! Routes of `/v1/tenants`, `/v1/sandboxes`, `/v1/console-sessions`, `/v1/tenant`, `/v1/members` and `/v1/api-keys`.
//! Invariant: only sandboxes and console sessions are created without credentials.

mod add_member;
mod change_member;
mod create_api_key;
mod create_console_session;
mod create_sandbox;
mod create_tenant;
mod list_api_keys;
mod list_members;
mod remove_member;
mod revoke_api_key;
mod rotate_api_key;
pub(super) mod show_tenant;

use super::code;
use crate::{
    error::ApiError,
    routes,
    state::Gateway,
    tenant::id::{KeyId, MemberId},
};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes of tenants.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(create_tenant::create_tenant))
        .routes(routes!(create_sandbox::create_sandbox))
        .routes(routes!(create_console_session::create_console_session))
        .routes(routes!(show_tenant::show_tenant))
        .routes(routes!(list_members::list_members, add_member::add_member))
        .routes(routes!(change_member::change_member, remove_member::remove_member))
        .routes(routes!(list_api_keys::list_api_keys, create_api_key::create_api_key))
        .routes(routes!(revoke_api_key::revoke_api_key))
        .routes(routes!(rotate_api_key::rotate_api_key))
}

/// Parses the member id of a path segment. A malformed id gets the same response as an unknown one.
fn member_id(text: &str) -> Result<MemberId, ApiError> {
    text.parse().map_err(|_| unknown_member())
}

fn unknown_member() -> ApiError {
    ApiError::new(&code::UNKNOWN_MEMBER, "Your tenant has no member with this id.")
}

/// Parses the key id of a path segment. A malformed id gets the same response as an unknown one.
fn key_id(text: &str) -> Result<KeyId, ApiError> {
    text.parse().map_err(|_| unknown_key())
}

fn unknown_key() -> ApiError {
    ApiError::new(&code::UNKNOWN_API_KEY, "Your tenant has no API key with this id.")
}
