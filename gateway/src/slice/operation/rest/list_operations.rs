//! `GET /v1/operations`: the tenant's operations, newest first. Invariant: the handler only reads operations of the
//! caller's tenant.

use crate::{
    auth::{Scoped, scope},
    budget::Charge,
    error::{ApiError, code, problems},
    operation::{
        OperationId, find,
        model::{Operation, OperationPage},
        query::COMMANDS_PER_PAGE_MAX,
    },
    page::PageQuery,
    params::Params,
    state::Gateway,
};
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use chain_types::limit::ENTRIES_PER_TRANSACTION_MAX;
use std::sync::Arc;
use uuid::Uuid;

/// The size of the outcome of one command in an answer, in bytes. Memory for a page with as many commands as possible
/// is reserved until the page is made.
const COMMAND_BYTES_MAX: usize = 128;
/// The name of the list in its cursors.
const LIST: &str = "operations";

problems!(code::INVALID_PARAMETER, code::INVALID_CURSOR);

/// Lists the tenant's operations, newest first. A page of operations with many commands may have fewer than `limit`.
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
    let limit = u32::from(query.limit()?);
    let commands = limit as usize * ENTRIES_PER_TRANSACTION_MAX;
    let commands = commands.min(COMMANDS_PER_PAGE_MAX as usize);
    Charge::reserve(commands * COMMAND_BYTES_MAX).await?.keep_for_answer();
    let found = find::list(&gateway, caller.tenant, None, before, limit).await?;
    let list = page.cut_at(found.records, found.has_more, |record| record.id.0)?;
    // A page may have thousands of commands, which take too long to write on the async runtime.
    let work = move || list.map(|record| Operation::of(&record)).answer(&uri);
    gateway.processors.compute(work).await
}
