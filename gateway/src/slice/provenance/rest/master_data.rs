//! Master data under `/v1/provenance/master-data`: the newest version of each element, the versions of one element, and
//! their evidence. Invariant: the handlers only read.

mod get;
mod get_evidence;
mod get_history;
mod list;

use crate::{routes, state::Gateway};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

pub(super) fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_master_data))
        .routes(routes!(get::get_master_data))
        .routes(routes!(get_history::get_master_data_history))
        .routes(routes!(get_evidence::get_master_data_evidence))
}

/// Which version of an element.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct VersionQuery {
    /// The vocabulary of the element, a URI. Needed only when elements of several vocabularies have the id.
    vocabulary: Option<String>,
    /// A record time: the version that was the newest then. If absent, the newest version.
    #[param(format = DateTime)]
    as_of: Option<String>,
}
