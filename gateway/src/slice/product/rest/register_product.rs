//! `POST /v1/products`.

use crate::{
    auth::{Scoped, scope},
    body::JsonBody,
    error::{ApiError, code as common, problems},
    idempotency::Idempotency,
    operation::{OperationRecord, model::Operation, wait_of},
    product::{code, command, model::NewProduct},
    state::Gateway,
    submit,
    write::accept,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use std::sync::Arc;

problems!(
    common::MALFORMED_JSON,
    common::INVALID_FIELD,
    code::PRODUCT_EXISTS,
    common::IDEMPOTENCY_IN_FLIGHT,
    common::BODY_TOO_LARGE,
    submit::code::TOO_MUCH_WORK,
    common::UNSUPPORTED_MEDIA_TYPE,
    common::IDEMPOTENCY_MISMATCH,
    submit::code::BUSY,
);

/// Registers a product. 202 means that it is stored durably and that the ledger will decide it. `Prefer: wait=N` waits
/// for the outcome: 200, or 409 when the product is registered with another content.
#[utoipa::path(
    post, path = "/v1/products", tag = "product", operation_id = "registerProduct",
    params(
        ("Prefer" = Option<String>, Header, description = "`wait=N`: seconds to wait for the outcome, at most 30"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "Makes retries safe: for 24 hours, requests with the same key have one effect"),
    ),
    request_body = NewProduct,
    responses(
        (status = 200, description = "The ledger decided within the wait", body = Operation),
        (status = 202, description = "Accepted; `Location` is the URL of the operation", body = Operation),
        Problems,
    ),
)]
pub(super) async fn register_product(
    caller: Scoped<scope::ProductWrite>,
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    idempotency: Idempotency,
    body: JsonBody<NewProduct>,
) -> Result<Response, ApiError> {
    body.value.check()?;
    let wait = wait_of(&headers).unwrap_or_default();
    let attempt = idempotency.attempt(caller.tenant, &body.raw);
    let accepted = accept(&gateway, &caller, attempt, command::register(body.raw, body.value.id)).await?;
    let outcome = accepted.outcome(&gateway, &caller, wait).await?;
    if is_refused(&outcome.record) {
        let detail = "A product with this id has another content; nothing was changed.";
        return Err(ApiError::new(&code::PRODUCT_EXISTS, detail).at("/id", code::PRODUCT_EXISTS.name, "taken"));
    }
    let status = if outcome.is_done { StatusCode::OK } else { StatusCode::ACCEPTED };
    let location = [(header::LOCATION, format!("/v1/operations/{}", accepted.operation))];
    Ok((status, accepted.replayed(), location, Json(Operation::of(&outcome.record))).into_response())
}

/// Whether the ledger has another content of the product.
fn is_refused(record: &OperationRecord) -> bool {
    let mut outcomes = record.decision.iter().flat_map(|decision| &decision.outcomes);
    outcomes.any(|outcome| outcome.code.as_deref() == Some(code::PRODUCT_EXISTS.name))
}
