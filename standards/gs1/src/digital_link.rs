//! GS1 Digital Link URIs (GS1 Digital Link Standard: URI Syntax 1.7). Invariant: a link has one primary key, followed
//! by qualifiers of one of the key's sequences in their order. Its other elements are attributes. No AI occurs twice.
//!
//! ```text
//! https://example.com/some/stem/01/09506000134352/10/ABC/21/123?17=260101&linkType=pip
//! ^origin             ^stem     ^key              ^qualifiers   ^attribute ^another pair
//! ```
//!
//! Compressed links are not read. A link without a primary key in numbers is refused.

mod compose;
mod identifier;
mod level;
mod path;
mod percent;
mod query;
mod reading;
mod root;
mod short_name;
mod write;

pub use identifier::{CANONICAL_ROOT, Identifier};
pub use reading::Reading;
pub use root::Root;

use crate::{
    element::Element,
    limit::URI_BYTES_MAX,
    problem::{Problem, code},
};

/// A Digital Link URI, divided into its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigitalLink {
    /// Scheme and host as they were written, such as `https://example.com`. Empty for a request target.
    origin: String,
    /// The path before the primary key, such as `/some/stem`. Empty when there is none.
    stem: String,
    identifier: Identifier,
    attributes: Vec<Element>,
    /// The query as it was written.
    query: Option<String>,
}

impl DigitalLink {
    /// Reads a URI of any host.
    ///
    /// # Errors
    /// The first problem; its place is counted in bytes of `uri`.
    pub fn parse(uri: &str, reading: Reading) -> Result<Self, Problem> {
        check_text(uri)?;
        let schemes = ["https://", "HTTPS://", "http://", "HTTP://"];
        let Some(scheme) = schemes.into_iter().find(|scheme| uri.starts_with(scheme)) else {
            return Err(Problem::new(0, code::UNSUPPORTED_SCHEME, "a Digital Link begins with https:// or http://"));
        };
        let after_scheme = &uri[scheme.len()..];
        let host = &after_scheme[..after_scheme.find(['/', '?', '#']).unwrap_or(after_scheme.len())];
        check_host(host).map_err(|problem| problem.moved_by(scheme.len()))?;
        let (origin, target) = uri.split_at(scheme.len() + host.len());
        let link = Self::parse_parts(target, reading).map_err(|problem| problem.moved_by(origin.len()))?;
        Ok(Self { origin: origin.to_owned(), ..link })
    }

    /// Reads the target of an HTTP request in origin form: path and query (RFC 9112 section 3.2.1).
    ///
    /// # Errors
    /// The first problem; its place is counted in bytes of `target`.
    pub fn parse_target(target: &str, reading: Reading) -> Result<Self, Problem> {
        check_text(target)?;
        Self::parse_parts(target, reading)
    }

    fn parse_parts(target: &str, reading: Reading) -> Result<Self, Problem> {
        let target = target.split('#').next().unwrap_or_default();
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let (stem, identifier) = path::parse(path, reading)?;
        let attributes = match query {
            Some(query) => {
                query::parse(query, &identifier, reading).map_err(|problem| problem.moved_by(path.len() + 1))?
            }
            None => Vec::new(),
        };
        let query = query.map(str::to_owned);
        let link = Self { origin: String::new(), stem: stem.to_owned(), identifier, attributes, query };
        link.check_length()?;
        Ok(link)
    }

    /// Requires that the canonical link can be read. It is longer than the link where that has reserved characters
    /// unencoded.
    fn check_length(&self) -> Result<(), Problem> {
        if self.canonical().len() <= URI_BYTES_MAX {
            return Ok(());
        }
        Err(Problem::new(0, code::URI_TOO_LONG, format!("the canonical link has more than {URI_BYTES_MAX} bytes")))
    }

    /// Scheme and host as they were written, such as `https://example.com`. Empty for a request target.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The path before the primary key, such as `/some/stem`. Empty when there is none.
    pub fn stem(&self) -> &str {
        &self.stem
    }

    /// The primary key with its qualifiers.
    pub fn identifier(&self) -> &Identifier {
        &self.identifier
    }

    /// The elements of the query, in their order.
    pub fn attributes(&self) -> &[Element] {
        &self.attributes
    }

    /// All elements: primary key, qualifiers, attributes.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.identifier.elements().iter().chain(&self.attributes)
    }

    /// The query as it was written, for a resolver that passes it on (GS1-Conformant Resolver 1.2, section 2.12).
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The pairs of the query that are no elements, as they were written.
    pub fn other_pairs(&self) -> impl Iterator<Item = &str> {
        query::pairs(self.query().unwrap_or_default()).map(|(_, pair)| pair).filter(|pair| !query::is_element(pair))
    }

    /// The decoded value of the first pair with this name, such as `linkType` or `context`.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = self.other_pairs().filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(found, _)| *found == name)?;
        percent::decode(value, percent::Part::Query).ok()
    }
}

/// Requires the characters of a URI (RFC 3986 section 2).
fn check_text(text: &str) -> Result<(), Problem> {
    if text.len() > URI_BYTES_MAX {
        let detail = format!("a URI has at most {URI_BYTES_MAX} bytes");
        return Err(Problem::new(URI_BYTES_MAX, code::URI_TOO_LONG, detail));
    }
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    match text.bytes().position(|byte| !is_allowed(byte)) {
        Some(at) => Err(Problem::new(at, code::INVALID_URI, "a URI must not have this character unencoded")),
        None => Ok(()),
    }
}

/// Requires a host, which may have a port. Its form is not checked further, because new forms appear.
fn check_host(host: &str) -> Result<(), Problem> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
    if host.is_empty() {
        return Err(Problem::new(0, code::INVALID_HOST, "the URI has no host"));
    }
    match host.bytes().position(|byte| !is_allowed(byte)) {
        Some(at) => Err(Problem::new(at, code::INVALID_HOST, "a host must not have this character")),
        None => Ok(()),
    }
}
