//! The GraphQL endpoint, which offers the queries of REST. Invariant: the cost of a document is known before the
//! library validates or runs it. One request carries one document. Each field that reads a tenant's data checks its
//! scope.
//!
//! A request passes through these steps: [`text`] looks at the characters, the library parses them, [`count`] and
//! [`measure`] look at the parsed document, the library validates and runs it, [`nulls`] completes the answer. All of
//! it happens on the processors for computing ([`drive`]).

mod count;
mod drive;
mod execute;
mod fragment;
pub mod limit;
mod measure;
mod nulls;
mod prepare;
mod price;
mod refusal;
mod shape;
mod size;
mod socket;
mod subscribe;
mod text;
mod value;

pub use price::{FieldPrice, Items};

use crate::{
    routes, slice,
    slice::{Query, Subscription},
    state::Gateway,
};
use async_graphql::{EmptyMutation, Schema};
use shape::Shape;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The GraphQL schema, which has queries and subscriptions, with the costs of its fields.
pub struct ApiSchema {
    schema: Schema<Query, EmptyMutation, Subscription>,
    shape: Shape,
}

/// Builds the schema.
pub fn schema() -> ApiSchema {
    let schema = Schema::build(Query::default(), EmptyMutation, Subscription::default())
        .limit_recursive_depth(limit::RECURSION_MAX)
        .finish();
    let shape = Shape::new(&schema.sdl(), &slice::prices());
    ApiSchema { schema, shape }
}

/// The schema in its definition language, as committed under `openapi/`.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    schema().schema.sdl_with_options(options)
}

/// Reads, measures, validates and runs a document without the data of a request. Returns the first code, or `ok`.
pub fn run_without_data(schema: &ApiSchema, query: &str, variables: async_graphql::Variables) -> String {
    execute::without_data(schema, query, variables)
}

/// The routes of GraphQL.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(execute::execute, subscribe::subscribe))
}
