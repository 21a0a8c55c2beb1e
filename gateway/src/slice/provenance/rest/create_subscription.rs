//! `POST /epcis/queries/{name}/subscriptions`: subscribes to a named query. Invariant: a subscription with a fault is
//! not stored, and its secret is stored sealed and never shown.

use super::{form_headers::FormHeaders, respond::encode_segment};
use crate::{
    auth::{Scope, Scoped, code as auth, scope},
    body,
    error::{ApiError, code as common, problems},
    idempotency::{self, Idempotency, StoredResponse},
    params::{NoParams, Params, PathParams},
    provenance::{
        code,
        gs1_header::AnswerForm,
        named_query, search,
        subscription::{
            SUBSCRIPTION_BYTES_MAX,
            model::Subscription,
            request::{NewSubscription, SubscriptionRequest, check_query},
            seal_token, starting_after,
            store::{self, NewRow},
        },
    },
    state::Gateway,
    submit::now_us,
};
use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use std::sync::Arc;
use uuid::Uuid;

problems!(
    common::INVALID_PARAMETER,
    common::MALFORMED_JSON,
    common::INVALID_FIELD,
    code::INVALID_SUBSCRIPTION,
    auth::INSUFFICIENT_SCOPE,
    code::UNKNOWN_QUERY,
    code::NOT_ACCEPTABLE,
    code::TOO_MANY_SUBSCRIPTIONS,
    common::IDEMPOTENCY_IN_FLIGHT,
    common::BODY_TOO_LARGE,
    common::UNSUPPORTED_MEDIA_TYPE,
    common::IDEMPOTENCY_MISMATCH,
);

/// Subscribes to a named query: its events are sent to `dest` as an `EPCISQueryDocument`, as soon as they are recorded
/// (`stream`) or at the times of a `schedule`. A tenant has at most 20 subscriptions. The header `GS1-Signature` of a
/// delivery is the HMAC-SHA256 of its body under `signatureToken`, in hexadecimal digits. An answer 2xx settles a
/// delivery; until then it is repeated with the same `id` and the same events. Deliveries have the form that the
/// headers of this request ask for, as those of `GET /epcis/queries/{name}/events` do: with `Accept: application/xml`
/// they are XML.
#[utoipa::path(
    post, path = "/epcis/queries/{name}/subscriptions", tag = "epcis", operation_id = "subscribe",
    params(
        ("name" = String, Path, min_length = 1, description = "The name of the query, percent-encoded"),
        FormHeaders,
        ("Idempotency-Key" = Option<String>, Header,
            description = "Makes retries safe: for 24 hours, requests with the same key have one effect"),
    ),
    request_body(content = SubscriptionRequest, content_type = "application/json"),
    responses(
        (status = 201, body = Subscription,
            description = "The subscription; `Location` is its URL. Without a body when deliveries are XML"),
        Problems,
    ),
)]
pub(super) async fn subscribe(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(name): PathParams<String>,
    _: Params<NoParams>,
    Extension(form): Extension<AnswerForm>,
    idempotency: Idempotency,
    request: Request,
) -> Result<Response, ApiError> {
    // What is delivered is read.
    caller.require(Scope::ProvenanceRead)?;
    let body = body::read_json(request, SUBSCRIPTION_BYTES_MAX).await?;
    let new = NewSubscription::parse(&body, &gateway.outgoing)?;
    let (tenant, made_by) = (caller.tenant, caller.key_id);
    let named = named_query::find(&gateway, tenant, name).await?;
    check_query(&named.to_query()?)?;
    let after = match &new.initial_record_time {
        Some((_, time)) => starting_after(*time),
        None => search::newest_position(&gateway, tenant).await?,
    };
    let id = Uuid::now_v7();
    let token = new.token.as_deref().map(|token| seal_token(&gateway, tenant, id, token));
    let now_s = now_us() / 1_000_000;
    let row = NewRow { id, query_name: named.name, new, token, form, made_by, after, now_s };
    let attempt = idempotency.attempt(&caller, &body);
    let answer = idempotency::run(&gateway, attempt, move |conn| {
        Box::pin(async move {
            let stored = store::insert(conn, tenant, &row).await?;
            let location = format!("/epcis/queries/{}/subscriptions/{}", encode_segment(&stored.query_name), stored.id);
            let answer = if form.media.is_xml() {
                // There is no form of a subscription in XML.
                StoredResponse::empty(StatusCode::CREATED)
            } else {
                StoredResponse::json(StatusCode::CREATED, &Subscription::of(stored))?
            };
            Ok(answer.at(location))
        })
    })
    .await?;
    gateway.subscription_changes.send_replace(());
    Ok(answer)
}
