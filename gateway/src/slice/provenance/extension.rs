//! The namespaces of a request, from the header `GS1-Extensions` (EPCIS 2.0 REST binding): `prefix=uri,…`. Invariant: a
//! value that is written with a prefix means what it means without. No prefix hides a name that the answer needs.

use crate::error::{ApiError, code};
use http::{HeaderMap, HeaderName};
use standards_epcis::context::is_gs1_name;
use std::borrow::Cow;

pub(super) const EXTENSIONS: HeaderName = HeaderName::from_static("gs1-extensions");

/// The most namespaces of one request.
pub const EXTENSIONS_MAX: usize = 32;

/// Schemes of URIs. A prefix with such a name would change the meaning of URIs.
const SCHEMES: [&str; 4] = ["urn", "http", "https", "ni"];

/// The names of a list, beside those of the GS1 context.
const LIST_NAMES: [&str; 2] = ["Collection", "member"];

/// The namespaces of a request with their prefixes, the longest namespace first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Extensions(Vec<Extension>);

/// A prefix and its namespace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Extension {
    pub(super) prefix: String,
    pub(super) namespace: String,
}

impl Extensions {
    /// Reads the header; empty if it is absent.
    ///
    /// # Errors
    /// `request.invalid_header`.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        let mut found: Vec<Extension> = Vec::new();
        for value in headers.get_all(EXTENSIONS) {
            let text = value.to_str().map_err(|_| invalid("holds a character that is not ASCII"))?;
            for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
                let extension = parse(pair).ok_or_else(|| invalid("is not a list of `prefix=uri`"))?;
                if is_taken(&extension.prefix) {
                    return Err(invalid("binds a name of the GS1 context, or a scheme of URIs"));
                }
                if found.iter().any(|other| other.prefix == extension.prefix) {
                    return Err(invalid("binds a prefix twice"));
                }
                if found.len() == EXTENSIONS_MAX {
                    return Err(invalid("has too many namespaces"));
                }
                found.push(extension);
            }
        }
        found.sort_by_key(|extension| std::cmp::Reverse(extension.namespace.len()));
        Ok(Self(found))
    }

    /// The prefixes with their namespaces.
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|extension| (&*extension.prefix, &*extension.namespace)).collect()
    }

    /// Writes out the prefix of a value.
    pub(super) fn expand<'v>(&self, value: &'v str) -> Cow<'v, str> {
        let Some((prefix, local)) = value.split_once(':').filter(|(_, local)| !local.starts_with("//")) else {
            return Cow::Borrowed(value);
        };
        match self.0.iter().find(|extension| extension.prefix == prefix) {
            Some(extension) => Cow::Owned(format!("{}{local}", extension.namespace)),
            None => Cow::Borrowed(value),
        }
    }

    /// Writes the values with prefixes where a namespace is their beginning, and returns the namespaces that are used.
    /// A prefix with which another value begins is left out.
    pub(super) fn shorten(&self, values: &mut [String]) -> Vec<&Extension> {
        let begins = |value: &str, prefix: &str| value.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(':'));
        let clear = |extension: &&Extension| !values.iter().any(|value| begins(value, &extension.prefix));
        let clear: Vec<&Extension> = self.0.iter().filter(clear).collect();
        let mut used: Vec<&Extension> = Vec::new();
        for value in values {
            let local = |extension: &&Extension| {
                let local = value.strip_prefix(&extension.namespace)?;
                // `prefix://…` would be read as a URI.
                (!local.is_empty() && !local.starts_with("//")).then(|| format!("{}:{local}", extension.prefix))
            };
            let Some((extension, short)) = clear.iter().find_map(|it| Some((*it, local(it)?))) else { continue };
            *value = short;
            if !used.contains(&extension) {
                used.push(extension);
            }
        }
        used
    }
}

fn parse(pair: &str) -> Option<Extension> {
    let (prefix, namespace) = pair.split_once('=')?;
    let (prefix, namespace) = (prefix.trim_end(), namespace.trim_start());
    let is_name = |text: &str, others: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
    };
    let (scheme, rest) = namespace.split_once(':')?;
    let is_uri = is_name(scheme, "+-.")
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte));
    (is_name(prefix, "_-.") && is_uri).then(|| Extension { prefix: prefix.to_owned(), namespace: namespace.to_owned() })
}

fn is_taken(prefix: &str) -> bool {
    is_gs1_name(prefix) || LIST_NAMES.contains(&prefix) || SCHEMES.iter().any(|it| it.eq_ignore_ascii_case(prefix))
}

fn invalid(fault: &'static str) -> ApiError {
    let detail =
        format!("GS1-Extensions is a list of at most {EXTENSIONS_MAX} namespaces, as `ex=https://example.org/`.");
    ApiError::new(&code::INVALID_HEADER, detail).at("/GS1-Extensions", code::INVALID_HEADER.name, fault)
}

#[cfg(test)]
mod tests;
