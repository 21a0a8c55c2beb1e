//! The GraphQL endpoint, which offers the queries of REST. Invariant: limits are checked before a resolver runs. One
//! request carries one document. Each field that reads a tenant's data checks its scope.

mod cost;
pub mod limit;

use crate::{auth::Authenticated, body::JsonBody, error::ApiError, routes, slice::Query, state::Gateway};
use async_graphql::{EmptyMutation, EmptySubscription, Schema};
use axum::{Json, extract::State};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

/// The GraphQL schema: queries only.
pub type ApiSchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// Builds the schema with its limits.
pub fn schema() -> ApiSchema {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription)
        .limit_directives(limit::DIRECTIVES_PER_FIELD_MAX)
        .limit_recursive_depth(limit::RECURSION_MAX)
        .extension(cost::Cost)
        .finish()
}

/// The schema in its definition language, as committed under `openapi/`.
pub fn sdl() -> String {
    schema()
        .sdl_with_options(async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items())
}

/// The route of GraphQL.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(execute))
}

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
    request_body = GraphqlRequest,
    responses((status = 200, description = "The data, and the errors of single fields", body = serde_json::Value)),
)]
pub(crate) async fn execute(
    caller: Authenticated,
    State(gateway): State<Arc<Gateway>>,
    body: JsonBody<GraphqlRequest>,
) -> Result<Json<async_graphql::Response>, ApiError> {
    let GraphqlRequest { query, operation_name, variables, .. } = body.value;
    limit::check_size(&query)?;
    let mut request = async_graphql::Request::new(query).variables(async_graphql::Variables::from_json(variables));
    if let Some(name) = operation_name {
        request = request.operation_name(name);
    }
    if let Ok(document) = request.parsed_query() {
        limit::check_aliases(document)?;
    }
    let request = request.data(caller.0).data(Arc::clone(&gateway));
    Ok(Json(gateway.schema.execute(request).await))
}
