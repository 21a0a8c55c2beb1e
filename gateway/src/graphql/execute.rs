//! `POST /graphql`. Invariant: the handler itself only waits; parsing, validation, execution and writing of the answer
//! run on the processors for computing.

use super::{
    ApiSchema, drive,
    limit::{ERRORS_MAX, PREPARE_MS_MAX, READS_AT_ONCE_MAX},
    nulls,
    prepare::{self, Prepared},
    refusal::Refusal,
};
use crate::{
    auth::{Authenticated, ReadSlots},
    body::JsonBody,
    error::{ApiError, code, problems},
    freshness,
    state::Gateway,
};
use async_graphql::{Request, Response, Variables};
use axum::{
    extract::State,
    response::{IntoResponse, Response as HttpResponse},
};
use futures::FutureExt as _;
use http::{HeaderMap, header};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use utoipa::ToSchema;

problems!(
    code::GRAPHQL_TOO_COMPLEX,
    code::INVALID_FIELD,
    code::INVALID_HEADER,
    code::BODY_TOO_LARGE,
    code::UNSUPPORTED_MEDIA_TYPE,
    code::INDEX_BEHIND,
    code::TIMED_OUT,
);

/// A GraphQL request (GraphQL over HTTP, section 5): one document, no batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct GraphqlRequest {
    /// The GraphQL document.
    query: String,
    /// The name of the operation to run, if the document has several.
    operation_name: Option<String>,
    /// The values of the document's variables.
    #[serde(default)]
    variables: serde_json::Value,
    /// Ignored.
    #[serde(default)]
    #[expect(dead_code, reason = "clients send it, and the specification lets a server ignore it")]
    extensions: serde_json::Value,
}

/// Runs a GraphQL query. Each field checks its own scope; a missing scope is an error of that field alone.
#[utoipa::path(
    post, path = "/graphql", tag = "graphql", operation_id = "executeGraphql",
    params(
        ("Waymark-Min-Height" = Option<String>, Header,
            description = "Heights that must be indexed before the response: `shard=height,…`"),
    ),
    request_body = GraphqlRequest,
    responses(
        (status = 200, description = "The data, and the errors of single fields", body = serde_json::Value), Problems
    ),
)]
pub(crate) async fn execute(
    caller: Authenticated,
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: JsonBody<GraphqlRequest>,
) -> Result<HttpResponse, ApiError> {
    let tenant = caller.tenant;
    let Ready { prepared, variables, operation_name } = match prepare(&gateway, body.value).await? {
        Ok(ready) => ready,
        Err(refusal) => return json(&refusal.into_response()?),
    };
    let mut heights = None;
    if prepared.size.reads > 0 || headers.contains_key(freshness::MIN_HEIGHT) {
        heights = Some(freshness::await_fresh(&gateway, tenant, &headers).await?);
    }
    let work = Arc::clone(&gateway);
    let answer = drive::run(&gateway.processors, async move {
        let mut request = Request::new("").variables(variables).data(caller.0).data(Arc::clone(&work));
        request = request.data(ReadSlots::new(READS_AT_ONCE_MAX));
        request.set_parsed_query(prepared.document.clone());
        if let Some(name) = &operation_name {
            request = request.operation_name(name);
        }
        let mut response = work.schema.schema.execute(request).await;
        nulls::complete(&mut response, &prepared.document, operation_name.as_deref(), &work.schema.shape);
        response.errors.truncate(ERRORS_MAX);
        response.errors.iter_mut().for_each(prepare::name_code);
        json(&prepared.report(response))
    });
    let answer = answer.await??;
    Ok(match heights {
        Some(heights) => (heights, answer).into_response(),
        None => answer,
    })
}

/// A request whose document is within all limits.
pub(super) struct Ready {
    pub(super) prepared: Prepared,
    pub(super) variables: Variables,
    pub(super) operation_name: Option<String>,
}

/// Reads and measures a document on the processors for computing.
///
/// # Errors
/// `request.timed_out`, `limit.share`, `limit.overloaded`; beside them what the document breaks.
pub(super) async fn prepare(gateway: &Gateway, request: GraphqlRequest) -> Result<Result<Ready, Refusal>, ApiError> {
    let GraphqlRequest { query, operation_name, variables, .. } = request;
    let schema = Arc::clone(&gateway.schema);
    let prepare = gateway.processors.compute(move || {
        let variables = Variables::from_json(variables);
        let prepared = Prepared::new(&schema, &query, &variables, operation_name.as_deref());
        prepared.map(|prepared| Ready { prepared, variables, operation_name })
    });
    tokio::time::timeout(Duration::from_millis(PREPARE_MS_MAX), prepare).await.map_err(|_| late())?
}

/// Writes the answer here, because axum would write it on the threads that serve connections.
fn json(response: &Response) -> Result<HttpResponse, ApiError> {
    let bytes = serde_json::to_vec(response).map_err(|error| ApiError::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}

fn late() -> ApiError {
    let detail = "No processor was free in time to read the document; it did not run.";
    ApiError::new(&code::TIMED_OUT, detail).retry_after_s(1)
}

/// Reads, measures, validates and runs a document for nobody. Returns the first code, or `ok`.
pub(super) fn without_data(schema: &ApiSchema, query: &str, variables: Variables) -> String {
    let prepared = match Prepared::new(schema, query, &variables, None) {
        Ok(prepared) => prepared,
        Err(refusal) => return refusal.name(),
    };
    let mut request = Request::new("").variables(variables);
    request.set_parsed_query(prepared.document.clone());
    // Without data every field that reads fails at once, so there is nothing to wait for.
    let Some(mut response) = schema.schema.execute(request).now_or_never() else { return "waits".to_owned() };
    nulls::complete(&mut response, &prepared.document, None, &schema.shape);
    response.errors.first().map_or("ok", |error| if error.path.is_empty() { "invalid" } else { "failed" }).to_owned()
}
