//! `GET /v1/operations`: the tenant's operations, newest first. Invariant: the handler only reads operations of the
//! caller's tenant.

use crate::{
    auth::{Scoped, scope},
    budget::Charge,
    error::{ApiError, code, problems},
    operation::{
        OperationId, find,
        model::{Operation, OperationPage},
    },
    page::PageQuery,
    params::Params,
    state::Gateway,
};
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use std::sync::Arc;
use uuid::Uuid;

/// The size of one operation in an answer, in bytes: 1,000 outcomes of about 90 bytes. Memory is reserved for a page of
/// such operations until the page is made.
const OPERATION_BYTES_MAX: usize = 96 * 1_024;
/// The name of the list in its cursors.
const LIST: &str = "operations";

problems!(code::INVALID_PARAMETER, code::INVALID_CURSOR);

/// Lists the tenant's operations, newest first.
#[utoipa::path(
    get, path = "/v1/operations", tag = "operation", operation_id = "listOperations",
    params(PageQuery),
    responses(
        (status = 200,
            description = "One page. The `Link` header with `rel=\"next\"` is absent on the last page",
            body = OperationPage),
        Problems,
    ),
)]
pub(super) async fn list_operations(
    caller: Scoped<scope::OperationRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<PageQuery>,
) -> Result<Response, ApiError> {
    let page = query.of::<Uuid>(&gateway.cursors, caller.tenant, LIST)?;
    let before = page.after().map(OperationId);
    let bytes_max = usize::try_from(page.rows()).unwrap_or(usize::MAX).saturating_mul(OPERATION_BYTES_MAX);
    Charge::reserve(bytes_max).await?.keep_for_answer();
    let records = find::list(&gateway, caller.tenant, None, before, page.rows()).await?;
    let list = page.cut(records, |record| record.id.0)?;
    Ok(list.map(|record| Operation::of(&record)).answer(&uri))
}
