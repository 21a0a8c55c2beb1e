//! `GET /v1/events/socket`: the tenant's events as they become final, on a WebSocket. Invariant: a client that
//! continues after the last number that it acknowledged misses none.

use crate::{
    auth::{Scoped, authenticate::Schemes, scope},
    error::{ApiError, code as common, problems},
    event::socket::{EventSession, SUB_PROTOCOL},
    socket::{OrByMessage, Upgrade, code},
    state::Gateway,
};
use axum::{extract::State, response::Response};
use http::request::Parts;
use std::sync::Arc;

problems!(common::INVALID_HEADER, common::WRONG_ORIGIN, code::UPGRADE_REQUIRED);

/// Opens a WebSocket with the sub-protocol `waymark.events.v1` (docs/api.md): the client subscribes, gives credit, and
/// acknowledges. A client that cannot set `Authorization` sends its credentials as `connection_init`, and needs no
/// header.
#[utoipa::path(
    get, path = "/v1/events/socket", tag = "event", operation_id = "openEventSocket",
    params(
        ("Sec-WebSocket-Protocol" = String, Header, description = "`waymark.events.v1`"),
    ),
    responses((status = 101, description = "The connection is a WebSocket"), Problems),
)]
pub(super) async fn open_socket(
    OrByMessage(caller): OrByMessage<Scoped<scope::EventRead>>,
    State(gateway): State<Arc<Gateway>>,
    parts: Parts,
) -> Result<Response, ApiError> {
    let upgrade = Upgrade::of(&parts, Some(SUB_PROTOCOL))?;
    let caller = caller.map(|caller| caller.principal);
    let visitor = upgrade.visitor(gateway, caller, &parts, Schemes::BearerOrBasic);
    Ok(upgrade.run(visitor, EventSession::new(parts.headers)))
}
