//! `PUT /v1/provenance/links/{identifier}`: stores the links of an object. Invariant: links with a fault change
//! nothing.

use super::respond::encode_segment;
use crate::{
    auth::{Scoped, scope},
    body,
    error::{ApiError, code as common, problems},
    idempotency::{self, Idempotency, StoredResponse},
    params::PathParams,
    provenance::{
        code,
        resolver::{identifier, limit::LINKS_BYTES_MAX, links::Links, store},
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
    code::INVALID_DIGITAL_LINK,
    code::INVALID_LINKS,
    code::NO_DEFAULT_LINK,
    code::TOO_MANY_LINKS,
    common::IDEMPOTENCY_IN_FLIGHT,
    common::BODY_TOO_LARGE,
    common::UNSUPPORTED_MEDIA_TYPE,
    common::IDEMPOTENCY_MISMATCH,
);

/// Stores the links of an object in place of those that it had: a linkset (RFC 9264) of at most 16 KiB and 100 links,
/// whose one anchor is a GS1 Digital Link of the object on any host. The public resolver answers with them at once.
///
/// A primary key needs a default link: `https://gs1.org/voc/defaultLink` with a title, to an address that another link
/// type describes. An object with qualifiers can use the default link of its primary key.
#[utoipa::path(
    put, path = "/v1/provenance/links/{identifier}", tag = "provenance", operation_id = "putLinks",
    params(
        ("identifier" = String, Path, min_length = 1,
            description = "The object: a GS1 Digital Link, its path or an element string in brackets, percent-encoded"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "Makes retries safe: for 24 hours, requests with the same key have one effect"),
    ),
    request_body(content = serde_json::Value, content_type = "application/linkset+json"),
    responses(
        (status = 201, description = "The object has links now; `Location` is their URL"),
        (status = 204, description = "The links of the object are replaced"),
        Problems,
    ),
)]
pub(super) async fn put_links(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(identifier): PathParams<String>,
    idempotency: Idempotency,
    request: Request,
) -> Result<Response, ApiError> {
    let object = identifier::parse(&identifier, "/identifier")?;
    let body = body::read_json(request, LINKS_BYTES_MAX).await?;
    let links = Links::parse(&object, &body)?;
    let (tenant, made_by) = (caller.tenant, caller.key_id);
    let attempt = idempotency.attempt(&caller, &body);
    idempotency::run(&gateway, attempt, move |conn| {
        Box::pin(async move {
            if store::put(conn, tenant, made_by, &links).await? {
                let location = format!("/v1/provenance/links/{}", encode_segment(&object.path()));
                return Ok(StoredResponse::empty(StatusCode::CREATED).at(location));
            }
            Ok(StoredResponse::empty(StatusCode::NO_CONTENT))
        })
    })
    .await
}
