//! `OPTIONS` on every path of the binding, and on that of page tokens, for which the binding has none. Invariant: a
//! documented path below `/epcis` is in [`PATHS`] or [`resource::PATHS`] with the methods that it has.

use super::resource;
use crate::{
    provenance::gs1_header::{self, Takes},
    state::Gateway,
};
use axum::routing::options;
use http::Method;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

const READ: &str = "GET, OPTIONS";

/// The root of the binding as clients make it of the address `/epcis` and the path `/`.
pub(super) const ROOT: &str = "/epcis/";

/// Each path, its methods, and what it takes.
const PATHS: [(&str, &str, Takes); 12] = [
    ("/epcis", READ, Takes::Nothing),
    (ROOT, READ, Takes::Nothing),
    ("/epcis/capture", "GET, POST, OPTIONS", Takes::Documents),
    ("/epcis/capture/{id}", READ, Takes::Nothing),
    ("/epcis/events", "GET, POST, OPTIONS", Takes::Events),
    ("/epcis/events/{eventID}", READ, Takes::Nothing),
    ("/epcis/queries", "GET, POST, OPTIONS", Takes::Nothing),
    ("/epcis/queries/{name}", "GET, DELETE, OPTIONS", Takes::Nothing),
    ("/epcis/queries/{name}/events", READ, Takes::Nothing),
    ("/epcis/queries/{name}/subscriptions", "GET, POST, OPTIONS", Takes::Nothing),
    ("/epcis/queries/{name}/subscriptions/{subscriptionID}", "GET, DELETE, OPTIONS", Takes::Nothing),
    ("/epcis/nextPageToken/{token}", "DELETE, OPTIONS", Takes::Nothing),
];

/// Whether a documented path, as the router names it, has a method.
pub(in super::super) fn has_method(path: &str, method: &Method) -> bool {
    let own = PATHS.iter().find(|(own, ..)| *own == path).map(|(_, methods, _)| *methods);
    let methods = own.or_else(|| resource::PATHS.contains(&path).then_some(READ)).unwrap_or_default();
    let asked = if method == Method::HEAD { Method::GET.as_str() } else { method.as_str() };
    methods.split(", ").any(|method| method == asked)
}

/// Adds `OPTIONS` to the routes. It needs no credentials and says nothing about a tenant.
pub(super) fn add(routes: OpenApiRouter<Arc<Gateway>>) -> OpenApiRouter<Arc<Gateway>> {
    let lists = resource::PATHS.iter().map(|path| (*path, READ, Takes::Nothing));
    PATHS.into_iter().chain(lists).fold(routes, |routes, (path, methods, takes)| {
        routes.route(path, options(move || async move { gs1_header::options(methods, takes) }))
    })
}
