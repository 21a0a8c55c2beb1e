//! Routes of `/oauth/token`, the discovery documents and the keys that sign tokens. Invariant: only key rotation needs
//! a scope.

mod issue_token;
mod rotate_keys;
mod show_key_set;
mod show_metadata;

pub use issue_token::OAUTH_ERRORS;
pub(crate) use issue_token::parse_token_request;

use crate::{routes, state::Gateway};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes of authentication.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(issue_token::issue_token))
        .routes(routes!(show_key_set::show_key_set))
        .routes(routes!(show_metadata::show_openid_configuration))
        .routes(routes!(show_metadata::show_authorization_server))
        .routes(routes!(rotate_keys::rotate_keys))
}
