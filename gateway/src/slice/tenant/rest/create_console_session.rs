//! `POST /v1/console-sessions`: signs the console in with the code of a console link. Invariant: a code works once.
//! Refusals count against the client's address.

use crate::{
    auth::Public,
    body::JsonBody,
    client_address::ClientAddress,
    error::{ApiError, code as common, problems},
    state::Gateway,
    tenant::{code, console, model::ApiKeyWithSecret},
};
use axum::{Json, extract::State};
use http::{Extensions, StatusCode};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The code of a console link.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateConsoleSession {
    /// The code, `wcc_…`, from the fragment of the link.
    code: String,
}

problems!(common::INVALID_FIELD, code::CONSOLE_CODE, common::RATE_LIMITED);

/// Exchanges the code of a console link for an API key that expires after 12 hours. The code works once, within ten
/// minutes; `waymark console-link` prints such a link. An `Idempotency-Key` is ignored.
#[utoipa::path(
    post, path = "/v1/console-sessions", tag = "tenant", operation_id = "createConsoleSession",
    request_body = CreateConsoleSession,
    responses(
        (status = 201, description = "The session's API key", body = ApiKeyWithSecret),
        Problems,
    ),
)]
pub(super) async fn create_console_session(
    _: Public,
    State(gateway): State<Arc<Gateway>>,
    extensions: Extensions,
    body: JsonBody<CreateConsoleSession>,
) -> Result<(StatusCode, Json<ApiKeyWithSecret>), ApiError> {
    let address = ClientAddress::of(&extensions);
    gateway.refusals.check(&address)?;
    let key = console::exchange(&gateway, &body.value.code).await.inspect_err(|_| gateway.refusals.count(&address))?;
    Ok((StatusCode::CREATED, Json(key)))
}
