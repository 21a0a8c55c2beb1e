//! Adds the access that a handler declares to the OpenAPI documentation of its routes. Invariant: `routes!` does not
//! compile for a handler whose first argument is not an [`Access`].

use super::access::Access;
use crate::state::Gateway;
use axum::handler::Handler;
use std::sync::Arc;
use utoipa::openapi::{PathItem, path::Operation};
use utoipa_axum::router::UtoipaMethodRouter;

/// The documented routes of one path.
pub type Routes = UtoipaMethodRouter<Arc<Gateway>>;

/// The arguments of a handler whose first one is an [`Access`].
pub trait BeginsWithAccess {
    /// The first argument.
    type First: Access;
}

macro_rules! begins_with_access {
    ($($rest:ident),*) => {
        // axum puts the marker type `Via` in front of a handler's arguments.
        impl<Via, First: Access, $($rest),*> BeginsWithAccess for (Via, First, $($rest,)*) {
            type First = First;
        }
    };
}
begins_with_access!();
begins_with_access!(A);
begins_with_access!(A, B);
begins_with_access!(A, B, C);
begins_with_access!(A, B, C, D);
begins_with_access!(A, B, C, D, E);
begins_with_access!(A, B, C, D, E, F);
begins_with_access!(A, B, C, D, E, F, G);

/// Sets the security of a handler's first argument in the documentation of its routes; used by `routes!`.
pub fn declared<H, T>(_: &H, (schemas, mut paths, router): Routes) -> Routes
where
    H: Handler<T, Arc<Gateway>>,
    T: BeginsWithAccess,
{
    for operation in paths.paths.values_mut().flat_map(operations) {
        operation.security = Some(T::First::security());
    }
    (schemas, paths, router)
}

/// Merges the routes of two handlers of one path.
pub fn joined((mut schemas, mut paths, router): Routes, (more_schemas, more_paths, more): Routes) -> Routes {
    schemas.extend(more_schemas);
    for (path, item) in more_paths.paths {
        match paths.paths.get_mut(&path) {
            Some(known) => known.merge_operations(item),
            None => {
                paths.paths.insert(path, item);
            }
        }
    }
    (schemas, paths, router.merge(more))
}

/// All operations of a path.
pub(crate) fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
    [get, put, post, delete, options, head, patch, trace].into_iter().flatten()
}

/// Like `utoipa_axum::routes!`, but compiles only for handlers that declare their access.
#[macro_export]
macro_rules! routes {
    ($first:path $(, $rest:path)* $(,)?) => {{
        let routes = $crate::auth::declared::declared(&$first, utoipa_axum::routes!($first));
        $(
            let more = $crate::auth::declared::declared(&$rest, utoipa_axum::routes!($rest));
            let routes = $crate::auth::declared::joined(routes, more);
        )*
        routes
    }};
}
