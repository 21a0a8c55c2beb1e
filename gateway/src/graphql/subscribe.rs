//! `GET /graphql`: subscriptions on a WebSocket. Invariant: a subscription passes through the same steps as a query
//! before it runs.

use super::socket::{SUB_PROTOCOL, Subscriptions};
use crate::{
    auth::{Authenticated, authenticate::Schemes},
    error::{ApiError, code as common, problems},
    socket::{OrByMessage, Upgrade, code},
    state::Gateway,
};
use axum::{extract::State, response::Response};
use http::request::Parts;
use std::sync::Arc;

problems!(common::INVALID_HEADER, common::WRONG_ORIGIN, code::UPGRADE_REQUIRED);

/// Opens a WebSocket with the sub-protocol `graphql-transport-ws`, for subscriptions. A client that cannot set
/// `Authorization` sends `{"authorization": "Bearer <token>"}` as the payload of `connection_init`, and needs no
/// header.
#[utoipa::path(
    get, path = "/graphql", tag = "graphql", operation_id = "subscribeGraphql",
    params(
        ("Sec-WebSocket-Protocol" = String, Header, description = "`graphql-transport-ws`"),
    ),
    responses((status = 101, description = "The connection is a WebSocket"), Problems),
)]
pub(crate) async fn subscribe(
    OrByMessage(caller): OrByMessage<Authenticated>,
    State(gateway): State<Arc<Gateway>>,
    parts: Parts,
) -> Result<Response, ApiError> {
    let upgrade = Upgrade::of(&parts, Some(SUB_PROTOCOL))?;
    let visitor = upgrade.visitor(gateway, caller.map(|caller| caller.0), &parts, Schemes::Bearer);
    Ok(upgrade.run(visitor, Subscriptions))
}
