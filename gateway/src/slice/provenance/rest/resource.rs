//! The lists of what events name: three endpoints for each. Invariant: all lists are answered alike.

mod events;
mod list;
mod show;

use crate::{routes, state::Gateway};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// Defines the endpoints of a list: its module, its resource, the paths and the ids of the operations, and the words of
/// the documentation.
macro_rules! lists {
    ($($module:ident, $resource:ident, [$list:tt $show:tt $events:tt], [$list_id:tt $show_id:tt $events_id:tt],
        $summary:tt, $value:tt, $parameter:tt;)+) => {
        $(mod $module {
            use super::super::{event_parameters, form_headers::FormHeaders, paging::Paging};
            use super::{events, list, show};
            use crate::{
                auth::{Scoped, scope},
                error::ApiError,
                params::{NoParams, Params, PathParams},
                provenance::{collection::Collection, gs1_header::AnswerForm, resource::Resource},
                state::Gateway,
            };
            use axum::{Extension, extract::{OriginalUri, State}, response::Response};
            use http::HeaderMap;
            use std::sync::Arc;
            use utoipa::{IntoParams, openapi::path::{Parameter, ParameterIn}};

            #[doc = $summary]
            #[utoipa::path(
                get, path = $list, tag = "epcis", operation_id = $list_id,
                params(
                    Paging,
                    ("GS1-Extensions" = Option<String>, Header,
                        description = "Namespaces of the caller, `prefix=uri,…`, with which values are shortened"),
                    ("Waymark-Min-Height" = Option<String>, Header,
                        description = "Heights that must be indexed before the response: `shard=height,…`"),
                ),
                responses(
                    (status = 200,
                        description = "One page. The `Link` header with `rel=\"next\"` is absent on the last page",
                        body = Collection),
                    list::Problems,
                ),
            )]
            pub(super) async fn list_values(
                caller: Scoped<scope::ProvenanceRead>,
                State(gateway): State<Arc<Gateway>>,
                OriginalUri(uri): OriginalUri,
                Params(paging): Params<Paging>,
                headers: HeaderMap,
            ) -> Result<Response, ApiError> {
                list::answer(Resource::$resource, &caller, &gateway, &uri, &paging, &headers).await
            }

            /// Lists what there is below this value: its events.
            #[utoipa::path(
                get, path = $show, tag = "epcis", operation_id = $show_id,
                params(
                    ("value" = String, Path, min_length = 1, description = $value),
                    ("GS1-Extensions" = Option<String>, Header,
                        description = "Namespaces of the caller, `prefix=uri,…`, of prefixes in the path"),
                    ("Waymark-Min-Height" = Option<String>, Header,
                        description = "Heights that must be indexed before the response: `shard=height,…`"),
                ),
                responses((status = 200, description = "The names below it", body = Collection), show::Problems),
            )]
            pub(super) async fn show_value(
                caller: Scoped<scope::ProvenanceRead>,
                State(gateway): State<Arc<Gateway>>,
                PathParams(value): PathParams<String>,
                _: Params<NoParams>,
                headers: HeaderMap,
            ) -> Result<Response, ApiError> {
                show::answer(Resource::$resource, &caller, &gateway, &value, &headers).await
            }

            /// The parameters that remain.
            enum Remaining {}

            impl IntoParams for Remaining {
                fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                    event_parameters::all_but($parameter)
                }
            }

            /// Queries the events that name this value, with the other parameters of `GET /epcis/events`.
            #[utoipa::path(
                get, path = $events, tag = "epcis", operation_id = $events_id,
                params(
                    ("value" = String, Path, min_length = 1, description = $value),
                    Remaining,
                    FormHeaders,
                    ("GS1-Extensions" = Option<String>, Header,
                        description = "Namespaces of the caller, `prefix=uri,…`, of prefixes in path and parameters"),
                    ("Waymark-Min-Height" = Option<String>, Header,
                        description = "Heights that must be indexed before the response: `shard=height,…`"),
                ),
                responses(
                    (status = 200, description = "An EPCISQueryDocument", content(
                        (serde_json::Value = "application/json"), (serde_json::Value = "application/ld+json"),
                        (String = "application/xml"), (String = "text/xml"),
                    )),
                    events::Problems,
                ),
            )]
            pub(super) async fn query_value_events(
                caller: Scoped<scope::ProvenanceRead>,
                State(gateway): State<Arc<Gateway>>,
                OriginalUri(uri): OriginalUri,
                PathParams(value): PathParams<String>,
                Extension(form): Extension<AnswerForm>,
                headers: HeaderMap,
            ) -> Result<Response, ApiError> {
                events::answer(Resource::$resource, &caller, &gateway, &uri, &value, (&headers, form)).await
            }
        })+

        /// The routes of all lists.
        pub(super) fn router() -> OpenApiRouter<Arc<Gateway>> {
            OpenApiRouter::new()
                $(.routes(routes!($module::list_values))
                .routes(routes!($module::show_value))
                .routes(routes!($module::query_value_events)))+
        }

        /// The paths of all lists.
        pub(super) const PATHS: &[&str] = &[$($list, $show, $events),+];
    };
}

lists! {
    event_types, EventTypes,
        ["/epcis/eventTypes" "/epcis/eventTypes/{value}" "/epcis/eventTypes/{value}/events"],
        ["listEventTypes" "showEventType" "queryEventsOfType"],
        "Lists the event types: the standard's, and the URIs of users' own types in events of the tenant.",
        "An event type, by name or URI, percent-encoded", "eventType";
    epcs, Epcs,
        ["/epcis/epcs" "/epcis/epcs/{value}" "/epcis/epcs/{value}/events"],
        ["listEpcs" "showEpc" "queryEventsOfEpc"],
        "Lists the EPCs that events of the tenant name in any role, as canonical GS1 Digital Links.",
        "An EPC in any spelling, percent-encoded", "MATCH_anyEPC";
    biz_steps, BizSteps,
        ["/epcis/bizSteps" "/epcis/bizSteps/{value}" "/epcis/bizSteps/{value}/events"],
        ["listBizSteps" "showBizStep" "queryEventsOfBizStep"],
        "Lists the business steps of events of the tenant, as bare CBV words or URIs.",
        "A business step in any spelling, percent-encoded", "EQ_bizStep";
    biz_locations, BizLocations,
        ["/epcis/bizLocations" "/epcis/bizLocations/{value}" "/epcis/bizLocations/{value}/events"],
        ["listBizLocations" "showBizLocation" "queryEventsOfBizLocation"],
        "Lists the business locations of events of the tenant, in canonical form.",
        "A business location in any spelling, percent-encoded", "EQ_bizLocation";
    read_points, ReadPoints,
        ["/epcis/readPoints" "/epcis/readPoints/{value}" "/epcis/readPoints/{value}/events"],
        ["listReadPoints" "showReadPoint" "queryEventsOfReadPoint"],
        "Lists the read points of events of the tenant, in canonical form.",
        "A read point in any spelling, percent-encoded", "EQ_readPoint";
    dispositions, Dispositions,
        ["/epcis/dispositions" "/epcis/dispositions/{value}" "/epcis/dispositions/{value}/events"],
        ["listDispositions" "showDisposition" "queryEventsOfDisposition"],
        "Lists the dispositions of events of the tenant, as bare CBV words or URIs.",
        "A disposition in any spelling, percent-encoded", "EQ_disposition";
}
