//! `GET /epcis/queries/{name}/subscriptions/{subscriptionID}`: one subscription. Invariant: the handler only reads
//! subscriptions of the caller's tenant.

use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, code as common, problems},
    params::{NoParams, Params, PathParams},
    provenance::{
        code,
        subscription::{model::Subscription, read_id, store},
    },
    state::Gateway,
};
use axum::{Json, extract::State};
use std::sync::Arc;

problems!(common::INVALID_PARAMETER, code::UNKNOWN_SUBSCRIPTION, code::NOT_ACCEPTABLE);

/// Returns a subscription: whether it is active, up to when events are settled, and what failed last.
#[utoipa::path(
    get, path = "/epcis/queries/{name}/subscriptions/{subscriptionID}", tag = "epcis",
    operation_id = "getSubscription",
    params(
        ("name" = String, Path, min_length = 1, description = "The name of the query, percent-encoded"),
        ("subscriptionID" = String, Path, min_length = 1, description = "The id of the subscription"),
    ),
    responses((status = 200, description = "The subscription", body = Subscription), Problems),
)]
pub(super) async fn get_subscription(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams((name, id)): PathParams<(String, String)>,
    _: Params<NoParams>,
) -> Result<Json<Subscription>, ApiError> {
    let (tenant, id) = (caller.tenant, read_id(&id)?);
    let found =
        db::run(&gateway.pool, tenant, move |conn| Box::pin(async move { store::find(conn, tenant, &name, id).await }));
    Ok(Json(Subscription::of(found.await?)))
}
