//! Answers to requests for links. Invariant: an answer holds links that the tenant stored and made public, and no
//! others. A redirection leads to one of them.

use super::{links::read_stored, request::Wanted, root, store::Stored, unknown_link};
use crate::error::ApiError;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use standards_gs1::linkset::{
    CONTEXT_URL, LinkContext, Linkset, Relation, Target,
    choose::{Choice, Found, LINKSET_MEDIA_TYPE, choose},
};

const JSON: &str = "application/json";
const JSON_LD: &str = "application/ld+json";

/// Answers a request with the links of its levels, in any order. `issuer` is the public address of the service.
///
/// # Errors
/// `provenance.unknown_link`.
pub(in crate::slice::provenance) fn answer(
    issuer: &str,
    wanted: &Wanted,
    stored: &[Stored],
) -> Result<Response, ApiError> {
    let root = root(issuer, wanted.tenant.ok_or_else(unknown_link)?);
    let linkset = Linkset { contexts: public_levels(&root, wanted, stored)? };
    if linkset.contexts.is_empty() {
        return Err(unknown_link());
    }
    let mut response = match choose(&linkset.contexts, &wanted.to_request()) {
        Choice::Nothing => return Err(unknown_link()),
        Choice::Linkset => document(wanted, &linkset, StatusCode::OK),
        Choice::Several(found) => document(wanted, &of_found(&linkset, &found), StatusCode::MULTIPLE_CHOICES),
        Choice::One(found) => redirection(&with_query(&found.target.href, wanted.link.query()))?,
    };
    let anchor = format!("{root}{}", wanted.link.identifier().path());
    let link = format!("<{anchor}?linkType=linkset>; rel=\"linkset\"; type=\"{LINKSET_MEDIA_TYPE}\"");
    response.headers_mut().append(header::LINK, to_value(&link)?);
    Ok(response)
}

/// The levels of the request that have public links, the finest one first.
fn public_levels(root: &str, wanted: &Wanted, stored: &[Stored]) -> Result<Vec<LinkContext>, ApiError> {
    let mut levels = Vec::new();
    for path in wanted.levels() {
        let Some(found) = stored.iter().find(|stored| stored.identifier == path) else { continue };
        let mut level = read_stored(root, &path, &found.links)?;
        for relation in &mut level.relations {
            relation.targets.retain(|target| target.is_public != Some(false));
        }
        level.relations.retain(|relation| !relation.targets.is_empty());
        if !level.relations.is_empty() {
            levels.push(level);
        }
    }
    Ok(levels)
}

/// The part of a linkset that was found.
fn of_found(linkset: &Linkset, found: &[Found<'_>]) -> Linkset {
    let is_found = |anchor: &str, relation: &Relation, target: &Target| {
        found.iter().any(|it| (it.anchor, it.link_type, it.target) == (anchor, &*relation.link_type, target))
    };
    let mut contexts = linkset.contexts.clone();
    for context in &mut contexts {
        for relation in &mut context.relations {
            let targets = std::mem::take(&mut relation.targets);
            relation.targets = targets.into_iter().filter(|it| is_found(&context.anchor, relation, it)).collect();
        }
        context.relations.retain(|relation| !relation.targets.is_empty());
    }
    contexts.retain(|context| !context.relations.is_empty());
    Linkset { contexts }
}

/// A linkset in the form that the request names (section 2.10).
fn document(wanted: &Wanted, linkset: &Linkset, status: StatusCode) -> Response {
    let media_type = wanted.media_type(&[LINKSET_MEDIA_TYPE, JSON_LD, JSON]).unwrap_or(LINKSET_MEDIA_TYPE);
    let text = if media_type == JSON_LD { linkset.to_json_ld() } else { linkset.to_json() };
    let mut response = (status, [(header::CONTENT_TYPE, media_type)], text).into_response();
    if media_type != JSON_LD {
        let link = format!("<{CONTEXT_URL}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"{JSON_LD}\"");
        response.headers_mut().extend(HeaderValue::try_from(link).ok().map(|link| (header::LINK, link)));
    }
    response
}

/// 307: the client repeats its request at another address (section 2.2).
fn redirection(location: &str) -> Result<Response, ApiError> {
    Ok((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to_value(location)?)]).into_response())
}

/// An address with the query of the request added, before its fragment (section 2.12).
fn with_query(address: &str, query: Option<&str>) -> String {
    let Some(query) = query.filter(|query| !query.is_empty()) else { return address.to_owned() };
    let (address, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
    let separator = match address.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, own)) if own.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{address}{separator}{query}{fragment}")
}

fn to_value(text: &str) -> Result<HeaderValue, ApiError> {
    HeaderValue::try_from(text).map_err(|error| ApiError::internal(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_added_to_that_of_the_address() {
        for (address, query, expected) in [
            ("https://e.x/a", None, "https://e.x/a"),
            ("https://e.x/a", Some(""), "https://e.x/a"),
            ("https://e.x/a", Some("17=261231&b=%20"), "https://e.x/a?17=261231&b=%20"),
            ("https://e.x", Some("b"), "https://e.x?b"),
            ("https://e.x/a?c=d", Some("b=1"), "https://e.x/a?c=d&b=1"),
            ("https://e.x/a?", Some("b=1"), "https://e.x/a?b=1"),
            ("https://e.x/a?c&", Some("b=1"), "https://e.x/a?c&b=1"),
            ("https://e.x/a#f?g", Some("b=1"), "https://e.x/a?b=1#f?g"),
        ] {
            assert_eq!(with_query(address, query), expected);
        }
    }
}
