//! `GET /id/{tenant}/…`: the public resolver of a tenant. Invariant: the answer is the same for every caller, and
//! costs one look-up of at most eight rows.

use crate::{
    auth::Public,
    budget::{self, Charge},
    client_address::ClientAddress,
    db,
    error::{ApiError, code as common, problems},
    provenance::{
        code,
        resolver::{
            answer::answer,
            limit::{LEVELS_MAX, LINKS_BYTES_MAX},
            request::Wanted,
            store, unknown_link,
        },
    },
    state::Gateway,
};
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderName, header};
use std::sync::Arc;

/// Memory for the answer to a request, in bytes: the links of all levels, as they are stored and as they are sent.
const ANSWER_BYTES_MAX: usize = 2 * LEVELS_MAX * LINKS_BYTES_MAX;

/// The request headers that decide about an answer, also about one that is a problem (RFC 9110 section 12.5.5).
const VARY: [(HeaderName, &str); 1] = [(header::VARY, "Accept, Accept-Language")];

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_HEADER,
    code::INVALID_DIGITAL_LINK,
    code::UNKNOWN_LINK,
    common::RATE_LIMITED,
);

/// Resolves a GS1 Digital Link (GS1-Conformant Resolver 1.2): redirects to the default link of the object, or to the
/// link of the type that `linkType` names. With `linkType=linkset`, or a media type of linksets in `Accept`, returns
/// the links of the object and of the levels above it.
///
/// The links of a serial number come before those of its lot, and these before those of its product. `Accept`,
/// `Accept-Language` and the parameter `context` choose among several links of one type. The query of the request is
/// passed on.
#[utoipa::path(
    get, path = "/id/{tenant}/{*link}", tag = "resolver", operation_id = "resolveLink",
    params(
        ("tenant" = String, Path, min_length = 1, description = "The id of the tenant whose links are asked for"),
        ("link" = String, Path, min_length = 1,
            description = "The path of a GS1 Digital Link, such as `01/09506000134352/10/ABC`"),
        ("linkType" = Option<String>, Query,
            description = "A link type such as `gs1:pip`, or `linkset` (formerly `all`) for all links"),
        ("context" = Option<String>, Query, description = "Where or for what the link is needed, such as a country"),
        ("Accept-Language" = Option<String>, Header, description = "The languages that are preferred"),
    ),
    responses(
        (status = 200, description = "The links of the object and of the levels above it", body = serde_json::Value,
            content_type = "application/linkset+json"),
        (status = 300, description = "Several links answer the request equally well", body = serde_json::Value,
            content_type = "application/linkset+json"),
        (status = 307, description = "`Location` is the link; the header `Link` names the linkset"),
        Problems,
    ),
)]
pub(super) async fn resolve_link(
    _: Public,
    State(gateway): State<Arc<Gateway>>,
    request: Request,
) -> ([(HeaderName, &'static str); 1], Result<Response, ApiError>) {
    (VARY, resolve(&gateway, request).await)
}

async fn resolve(gateway: &Arc<Gateway>, request: Request) -> Result<Response, ApiError> {
    // Also for a request that announces a body, which is not read.
    budget::enter_public().await?;
    gateway.resolver_rate.check(&ClientAddress::of(request.extensions()))?;
    let wanted = Wanted::read(request.uri(), request.headers())?;
    let tenant = wanted.tenant.ok_or_else(unknown_link)?;
    let levels = wanted.levels();
    Charge::reserve(ANSWER_BYTES_MAX).await?.keep_for_answer();
    let stored = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(store::find(conn, tenant, &levels).await?) })
    })
    .await?;
    if stored.is_empty() {
        return Err(unknown_link());
    }
    let issuer = gateway.config.issuer.clone();
    gateway.processors.compute(move || answer(&issuer, &wanted, &stored)).await?
}
