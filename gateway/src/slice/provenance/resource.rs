//! The lists of what a tenant's events name (EPCIS 2.0 REST binding, top-level resources). Invariant: a list, a look-up
//! and a query give a value the same canonical form. Only values that events of the caller's tenant name exist; the
//! standard's event types always do.

use super::code;
use crate::{
    db,
    error::{ApiError, code as common},
    state::Gateway,
    tenant_id::TenantId,
};
use async_graphql::Enum;
use indexer::provenance::{self as index, ValueKind};
use standards_epcis::{
    event::EventType,
    pattern::Pattern,
    query::{EventQuery, parse_parameters_within},
};

/// A list of what the tenant's events name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Enum)]
#[graphql(name = "ResourceList")]
pub(super) enum Resource {
    /// Event types: the standard's, and the URIs of users' own.
    EventTypes,
    /// EPCs in any role, as canonical GS1 Digital Links.
    Epcs,
    /// Business steps, as bare CBV words or URIs.
    BizSteps,
    /// Business locations in canonical form.
    BizLocations,
    /// Read points in canonical form.
    ReadPoints,
    /// Dispositions, as bare CBV words or URIs.
    Dispositions,
}

impl Resource {
    /// The name in addresses, and of the list in its page tokens.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::EventTypes => "eventTypes",
            Self::Epcs => "epcs",
            Self::BizSteps => "bizSteps",
            Self::BizLocations => "bizLocations",
            Self::ReadPoints => "readPoints",
            Self::Dispositions => "dispositions",
        }
    }

    /// The query parameter that finds the events of one value.
    pub(super) const fn parameter(self) -> &'static str {
        match self {
            Self::EventTypes => "eventType",
            Self::Epcs => "MATCH_anyEPC",
            Self::BizSteps => "EQ_bizStep",
            Self::BizLocations => "EQ_bizLocation",
            Self::ReadPoints => "EQ_readPoint",
            Self::Dispositions => "EQ_disposition",
        }
    }

    const fn kind(self) -> ValueKind {
        match self {
            Self::EventTypes => ValueKind::OwnType,
            Self::Epcs => ValueKind::Epc,
            Self::BizSteps => ValueKind::BizStep,
            Self::BizLocations => ValueKind::BizLocation,
            Self::ReadPoints => ValueKind::ReadPoint,
            Self::Dispositions => ValueKind::Disposition,
        }
    }

    /// The values that exist for every tenant.
    fn given(self) -> impl Iterator<Item = &'static str> {
        let types: &[EventType] = if self == Self::EventTypes { &EventType::STANDARD } else { &[] };
        types.iter().map(|event_type| event_type.as_str())
    }

    /// The canonical form of a value; `None` for a text that no event names, such as an EPC pattern.
    fn canonical(self, value: &str) -> Option<String> {
        let query = parse_parameters_within((self.parameter(), value), []).ok()?;
        let EventQuery { event_types, own_types, biz_steps, biz_locations, read_points, dispositions, matches, .. } =
            query;
        match self {
            Self::EventTypes => {
                let standard = event_types.first().map(|event_type| event_type.as_str().to_owned());
                standard.or_else(|| own_types.into_iter().next())
            }
            Self::BizSteps => biz_steps.into_iter().next(),
            Self::BizLocations => biz_locations.into_iter().next(),
            Self::ReadPoints => read_points.into_iter().next(),
            Self::Dispositions => dispositions.into_iter().next(),
            Self::Epcs => match matches.into_iter().next()?.patterns.into_iter().next()? {
                Pattern::Exact(canonical) => Some(canonical),
                Pattern::Keys(_) => None,
            },
        }
    }
}

/// Lists at most `rows` values after one, in the order of their bytes.
///
/// # Errors
/// Failures of the database.
pub(super) async fn list(
    gateway: &Gateway,
    tenant: TenantId,
    resource: Resource,
    after: Option<String>,
    rows: u32,
) -> Result<Vec<String>, ApiError> {
    let is_after = |value: &&str| after.as_deref().is_none_or(|after| *value > after);
    let given: Vec<String> = resource.given().filter(is_after).map(str::to_owned).collect();
    let found = db::search(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            Ok(index::list_values(conn, tenant.on_ledger(), resource.kind(), after.as_deref(), rows).await?)
        })
    });
    let mut values = [given, found.await.map_err(too_slow)?].concat();
    values.sort_unstable();
    values.truncate(rows as usize);
    Ok(values)
}

/// The canonical form of a value that exists.
///
/// # Errors
/// `provenance.unknown_resource`, failures of the database.
pub(super) async fn find(
    gateway: &Gateway,
    tenant: TenantId,
    resource: Resource,
    value: &str,
) -> Result<String, ApiError> {
    let unknown = || ApiError::new(&code::UNKNOWN_RESOURCE, "No event of the tenant names this.");
    let canonical = resource.canonical(value).ok_or_else(unknown)?;
    if resource.given().any(|given| given == canonical) {
        return Ok(canonical);
    }
    let wanted = canonical.clone();
    let exists = db::search(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(index::has_value(conn, tenant.on_ledger(), resource.kind(), &wanted).await?) })
    });
    if exists.await.map_err(too_slow)? { Ok(canonical) } else { Err(unknown()) }
}

/// A list that was ended by its time limit.
fn too_slow(error: ApiError) -> ApiError {
    if error.code() != &common::TIMED_OUT {
        return error;
    }
    ApiError::new(&code::QUERY_TOO_COMPLEX, "The list could not be read in time; ask for a smaller page.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_value_is_one() {
        for (resource, text, canonical) in [
            (Resource::EventTypes, "https://ref.gs1.org/epcis/ObjectEvent", Some("ObjectEvent")),
            (Resource::EventTypes, "epcis:ObjectEvent", Some("ObjectEvent")),
            (Resource::EventTypes, "https://a.example/Own", Some("https://a.example/Own")),
            (Resource::EventTypes, "Own", None),
            (Resource::BizSteps, "urn:epcglobal:cbv:bizstep:shipping", Some("shipping")),
            (Resource::BizSteps, "urn:x:a|b", Some("urn:x:a|b")),
            (Resource::Dispositions, "cbv:Disp-active", Some("active")),
            (Resource::ReadPoints, "urn:epc:id:sgln:4012345.00005.0", Some("https://id.gs1.org/414/4012345000054")),
            (Resource::BizLocations, "urn:x:dock", Some("urn:x:dock")),
            (Resource::ReadPoints, "gs1:x1", Some("https://gs1.org/voc/x1")),
            (Resource::BizLocations, "epcis:x2", Some("https://ref.gs1.org/epcis/x2")),
            (Resource::Epcs, "cbv:x0", Some("https://ref.gs1.org/cbv/x0")),
            (
                Resource::Epcs,
                "HTTPS://id.gs1.org/00/040123451111111110",
                Some("https://id.gs1.org/00/040123451111111110"),
            ),
            (Resource::Epcs, "urn:epc:id:sgtin:4012345.011111.1", Some("https://id.gs1.org/01/04012345111118/21/1")),
            (Resource::Epcs, "urn:epc:idpat:sgtin:4012345.*.*", None),
            (Resource::Epcs, "", None),
            (Resource::Epcs, "urn:x:\u{7}", None),
        ] {
            assert_eq!(resource.canonical(text).as_deref(), canonical, "{text}");
        }
    }
}
