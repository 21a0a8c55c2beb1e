//! `DELETE /epcis/queries/{name}/subscriptions/{subscriptionID}`: ends a subscription. Invariant: no delivery begins
//! after the answer.

use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, code as common, problems},
    params::{NoParams, Params, PathParams},
    provenance::{
        code,
        subscription::{read_id, store, unknown_subscription},
    },
    state::Gateway,
};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;

problems!(common::INVALID_PARAMETER, code::UNKNOWN_SUBSCRIPTION, code::NOT_ACCEPTABLE);

/// Ends a subscription. A delivery that has begun may still arrive.
#[utoipa::path(
    delete, path = "/epcis/queries/{name}/subscriptions/{subscriptionID}", tag = "epcis", operation_id = "unsubscribe",
    params(
        ("name" = String, Path, min_length = 1, description = "The name of the query, percent-encoded"),
        ("subscriptionID" = String, Path, min_length = 1, description = "The id of the subscription"),
    ),
    responses((status = 204, description = "The subscription is deleted"), Problems),
)]
pub(super) async fn unsubscribe(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams((name, id)): PathParams<(String, String)>,
    _: Params<NoParams>,
) -> Result<StatusCode, ApiError> {
    let (tenant, id) = (caller.tenant, read_id(&id)?);
    let is_deleted = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(store::delete(conn, tenant, &name, id).await?) })
    })
    .await?;
    gateway.subscription_changes.send_replace(());
    if is_deleted { Ok(StatusCode::NO_CONTENT) } else { Err(unknown_subscription()) }
}
