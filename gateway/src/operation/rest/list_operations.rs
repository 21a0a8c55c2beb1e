//! `GET /v1/operations`.

use crate::{
    auth::{Scoped, scope},
    error::ApiError,
    operation::{
        OperationId, find,
        model::{Operation, OperationPage},
    },
    page::{self, PageQuery},
    params::Params,
    state::Gateway,
};
use axum::{
    Json,
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use http::header;
use std::sync::Arc;
use uuid::Uuid;

/// The list's name in its cursors.
const LIST: &str = "operations";

/// The tenant's operations, newest first.
#[utoipa::path(
    get, path = "/v1/operations", tag = "operation", operation_id = "listOperations",
    params(PageQuery),
    security(("bearer" = ["operation:read"])),
    responses((status = 200, description = "A page; `Link` with `rel=\"next\"` unless it is the last",
        body = OperationPage)),
)]
pub(super) async fn list_operations(
    caller: Scoped<scope::OperationRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<PageQuery>,
) -> Result<Response, ApiError> {
    let limit = u32::from(query.limit()?);
    let before = match &query.cursor {
        Some(cursor) => Some(OperationId(gateway.cursors.open::<Uuid>(caller.tenant, LIST, cursor)?)),
        None => None,
    };
    let mut records = find::list(&gateway, caller.tenant, None, before, limit + 1).await?;
    let has_more = records.len() > limit as usize;
    records.truncate(limit as usize);
    let mut response = Json(OperationPage { operations: records.iter().map(Operation::of).collect() }).into_response();
    if let (true, Some(last)) = (has_more, records.last()) {
        let cursor = gateway.cursors.seal(caller.tenant, LIST, &last.id.0)?;
        if let Some(link) = page::next_link(&uri, "cursor", &cursor) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}
