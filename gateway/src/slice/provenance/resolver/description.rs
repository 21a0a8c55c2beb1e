//! The description of a resolver (GS1-Conformant Resolver 1.2, section 3). Invariant: it states what the resolver does.

use super::PATH;
use serde::Serialize;
use standards_gs1::linkset::{CONTEXT_URL, link_type::NAMESPACE};
use utoipa::ToSchema;

/// The description of a resolver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::slice::provenance) struct ResolverDescription {
    /// The name of the resolver for people.
    name: &'static str,
    /// The address to which the path of a Digital Link is appended.
    resolver_root: String,
    /// The primary keys that can be resolved: `all` if every primary key can.
    supported_primary_keys: Vec<&'static str>,
    /// The vocabularies of link types.
    supported_link_type: Vec<Vocabulary>,
    /// Whether a request without a link type can be answered with the linkset.
    link_type_default_can_be_linkset: bool,
    /// The JSON-LD context of linksets.
    json_ld_context_location: &'static str,
}

/// A vocabulary of link types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(in crate::slice::provenance) struct Vocabulary {
    namespace: &'static str,
    /// The prefix that link types of this namespace have in requests.
    prefix: &'static str,
}

impl ResolverDescription {
    /// The description of the resolver of a tenant, at this root.
    pub(in crate::slice::provenance) fn at(resolver_root: String) -> Self {
        Self {
            name: "Waymark",
            resolver_root,
            supported_primary_keys: vec!["all"],
            supported_link_type: vec![Vocabulary { namespace: NAMESPACE, prefix: "gs1:" }],
            link_type_default_can_be_linkset: false,
            json_ld_context_location: CONTEXT_URL,
        }
    }

    /// The description of the resolvers of all tenants, each of which has its root below this one.
    pub(in crate::slice::provenance) fn of_service(issuer: &str) -> Self {
        Self::at(format!("{issuer}{PATH}"))
    }
}
