//! `POST /epcis/queries`: stores a query under a name. Invariant: a query with a fault is not stored, and a stored one
//! is not replaced.

use super::respond::encode_segment;
use crate::{
    auth::{Scoped, scope},
    body,
    error::{ApiError, code as common, problems},
    idempotency::{self, Idempotency, StoredResponse},
    params::{NoParams, Params},
    provenance::{
        code,
        named_query::{NAMED_QUERY_BYTES_MAX, NamedQuery, store},
    },
    state::Gateway,
};
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use std::sync::Arc;

problems!(
    common::INVALID_PARAMETER,
    common::MALFORMED_JSON,
    common::JSON_TOO_DEEP,
    common::DUPLICATE_KEY,
    common::NUMBER_OUT_OF_RANGE,
    common::INVALID_FIELD,
    code::INVALID_QUERY,
    code::NOT_ACCEPTABLE,
    code::QUERY_EXISTS,
    code::TOO_MANY_QUERIES,
    common::IDEMPOTENCY_IN_FLIGHT,
    common::BODY_TOO_LARGE,
    code::QUERY_TOO_COMPLEX,
    common::UNSUPPORTED_MEDIA_TYPE,
    common::IDEMPOTENCY_MISMATCH,
);

/// Stores a query of at most 16 KiB under a name of at most 128 characters; a tenant has at most 200. Its parameters
/// are those of `GET /epcis/events`, as members, but `nextPageToken`.
#[utoipa::path(
    post, path = "/epcis/queries", tag = "epcis", operation_id = "createQuery",
    params(("Idempotency-Key" = Option<String>, Header,
        description = "Makes retries safe: for 24 hours, requests with the same key have one effect")),
    request_body(content = NamedQuery, content_type = "application/json"),
    responses((status = 201, description = "The query is stored; `Location` is its URL"), Problems),
)]
pub(super) async fn create_query(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    _: Params<NoParams>,
    idempotency: Idempotency,
    request: Request,
) -> Result<Response, ApiError> {
    let body = body::read_json(request, NAMED_QUERY_BYTES_MAX).await?;
    let named = NamedQuery::parse(&body)?;
    let (tenant, made_by) = (caller.tenant, caller.key_id);
    let attempt = idempotency.attempt(&caller, &body);
    idempotency::run(&gateway, attempt, move |conn| {
        Box::pin(async move {
            store::insert(conn, tenant, made_by, &named).await?;
            let location = format!("/epcis/queries/{}", encode_segment(&named.name));
            Ok(StoredResponse::empty(StatusCode::CREATED).at(location))
        })
    })
    .await
}
