//! A list of names as the EPCIS 2.0 REST binding writes it. Invariant: the context of a list binds every prefix that
//! its members use.

use super::extension::Extensions;
use serde::Serialize;
use serde_json::{Value, json};
use standards_epcis::context::GS1_CONTEXT_URL;
use utoipa::ToSchema;

/// A list of names: bare words of the standard, URIs, or names below the address of the list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Collection {
    /// The JSON-LD context of the members.
    #[serde(rename = "@context")]
    context: Value,
    /// Always `Collection`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The members, each once.
    member: Vec<String>,
}

impl Collection {
    /// The list of `member`, with the prefixes of the request.
    pub(super) fn of(mut member: Vec<String>, extensions: &Extensions) -> Self {
        let used = extensions.shorten(&mut member);
        let context = if used.is_empty() {
            json!(GS1_CONTEXT_URL)
        } else {
            let bound: serde_json::Map<String, Value> =
                used.into_iter().map(|it| (it.prefix.clone(), json!(it.namespace))).collect();
            json!([GS1_CONTEXT_URL, bound])
        };
        Self { context, kind: "Collection", member }
    }

    /// The names of resources below an address.
    pub(super) fn of_resources(names: &[&str]) -> Self {
        Self::of(names.iter().map(|name| (*name).to_owned()).collect(), &Extensions::default())
    }
}
