//! Reads requests to the resolver. Invariant: a request that is read has a valid Digital Link; what it wishes for is
//! bounded.

use super::{PATH, identifier::invalid_link};
use crate::{
    error::{ApiError, code as common},
    tenant_id::TenantId,
};
use http::{HeaderMap, HeaderName, Uri, header};
use standards_gs1::{
    digital_link::{DigitalLink, Identifier, Reading},
    linkset::{choose, preference::Preferences},
    problem::{Problem, code},
};

/// A request for the links of an object.
#[derive(Debug)]
pub(in crate::slice::provenance) struct Wanted {
    /// The tenant whose resolver is asked; `None` for a text that names no tenant.
    pub(in crate::slice::provenance) tenant: Option<TenantId>,
    pub(in crate::slice::provenance) link: DigitalLink,
    link_type: Option<String>,
    context: Option<String>,
    media_types: Preferences,
    languages: Preferences,
}

impl Wanted {
    /// Reads the address and the headers of a request.
    ///
    /// # Errors
    /// `provenance.invalid_digital_link`, `request.invalid_header`.
    pub(in crate::slice::provenance) fn read(uri: &Uri, headers: &HeaderMap) -> Result<Self, ApiError> {
        let below = uri.path().strip_prefix(PATH).and_then(|path| path.strip_prefix('/')).unwrap_or_default();
        let (tenant, path) = below.split_at(below.find('/').unwrap_or(below.len()));
        let target = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
        let link = DigitalLink::parse_target(&target, Reading::RESOLVER).and_then(without_stem);
        let link = link.map_err(|problem| invalid_link(&problem, ""))?;
        Ok(Self {
            tenant: tenant.parse().ok(),
            link_type: link.parameter("linkType"),
            context: link.parameter("context"),
            media_types: preferences(headers, &header::ACCEPT)?,
            languages: preferences(headers, &header::ACCEPT_LANGUAGE)?,
            link,
        })
    }

    /// The paths of the object and of the levels above it, the finest one first.
    pub(in crate::slice::provenance) fn levels(&self) -> Vec<String> {
        self.link.identifier().levels().iter().map(Identifier::path).collect()
    }

    /// The first of these media types that the request names.
    pub(super) fn media_type(&self, offered: &[&'static str]) -> Option<&'static str> {
        offered.iter().copied().find(|offered| self.media_types.names(offered))
    }

    pub(super) fn to_request(&self) -> choose::Request<'_> {
        choose::Request {
            link_type: self.link_type.as_deref(),
            media_types: self.media_types.clone(),
            languages: self.languages.clone(),
            context: self.context.as_deref(),
            sees_private: false,
        }
    }
}

/// Requires that the key follows the root of the resolver.
fn without_stem(link: DigitalLink) -> Result<DigitalLink, Problem> {
    if link.stem().is_empty() {
        return Ok(link);
    }
    let detail = "a primary key must follow the root of the resolver".to_owned();
    Err(Problem { at: 0, code: code::NO_KEY, detail })
}

fn preferences(headers: &HeaderMap, name: &HeaderName) -> Result<Preferences, ApiError> {
    let invalid = |detail: &str| {
        let error = ApiError::new(&common::INVALID_HEADER, format!("The header `{name}` is not valid."));
        error.at(format!("/{name}"), common::INVALID_HEADER.name, detail)
    };
    let values: Result<Vec<&str>, _> = headers.get_all(name).iter().map(http::HeaderValue::to_str).collect();
    let list = values.map_err(|_| invalid("must be visible ASCII"))?.join(",");
    Preferences::parse(&list).map_err(|problem| invalid(&problem.detail))
}
