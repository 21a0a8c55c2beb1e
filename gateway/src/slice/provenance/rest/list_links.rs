//! `GET /v1/provenance/links`: the objects for which the tenant stores links. Invariant: the handler only reads links
//! of the caller's tenant.

use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, code, problems},
    page::{List, PageQuery},
    params::Params,
    provenance::resolver::{self, store},
    state::Gateway,
};
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use serde::Serialize;
use std::sync::Arc;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// The name of the list in its cursors.
const LIST: &str = "links";

/// An object for which links are stored.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct LinkedObject {
    /// The path of the object's canonical GS1 Digital Link, such as `/01/09506000134352/10/ABC`.
    identifier: String,
    /// The address at which the public resolver answers for the object.
    address: String,
    /// The time of the last change.
    #[serde(with = "time::serde::rfc3339")]
    changed_at: OffsetDateTime,
}

type LinkedObjectPage = List<LinkedObject>;

problems!(code::INVALID_PARAMETER, code::INVALID_CURSOR);

/// Lists the objects for which the tenant stores links, in the order of their identifiers.
#[utoipa::path(
    get, path = "/v1/provenance/links", tag = "provenance", operation_id = "listLinks",
    params(PageQuery),
    responses(
        (status = 200,
            description = "One page. The `Link` header with `rel=\"next\"` is absent on the last page",
            body = LinkedObjectPage),
        Problems,
    ),
)]
pub(super) async fn list_links(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<PageQuery>,
) -> Result<Response, ApiError> {
    let tenant = caller.tenant;
    let page = query.of::<String>(&gateway.cursors, tenant, LIST)?;
    let (after, rows) = (page.after(), page.rows());
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(store::list(conn, tenant, after, rows).await?) })
    })
    .await?;
    let list = page.cut(found, |object| object.identifier.clone())?;
    let root = resolver::root(&gateway.config.issuer, tenant);
    let list = list.map(|object| LinkedObject {
        address: format!("{root}{}", object.identifier),
        identifier: object.identifier,
        changed_at: object.changed_at,
    });
    Ok(list.answer(&uri))
}
