//! The names of an event's extensions in XML, and the namespaces that its element declares. Invariant: throughout an
//! event a prefix means one namespace, and every prefix that a value begins with means what it meant in JSON.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Reason, Written, fault, markup::push_attribute};
use crate::{
    context::{Scope, curie, gs1_namespace},
    limit::{URI_BYTES_MAX, XML_NAMESPACES_IN_SCOPE_MAX},
    problem::Path,
    validate::is_uri,
    xml::{
        character::is_ncname,
        namespace::{Space, XML, XSD, XSI},
        read::prefix::{SCHEMES, XML_MASTER_DATA, gs1_prefix, is_free},
    },
};

/// The declarations that a document may have besides those of an event.
const OF_DOCUMENT: usize = 8;

/// The declarations of an event.
#[derive(Default)]
pub(super) struct Names {
    /// The prefix of each namespace.
    prefixes: BTreeMap<String, String>,
    /// The namespace of each prefix.
    namespaces: BTreeMap<String, String>,
    /// Whether an element states its type of XML Schema, or that it has no value.
    pub(super) uses_schema: bool,
}

impl Names {
    /// The name of a member in XML.
    pub(super) fn name<'n>(&mut self, name: &'n str, scope: Scope<'_, '_>, path: &Path<'_>) -> Written<Cow<'n, str>> {
        if !name.contains(':') {
            return match (is_ncname(name), scope.namespace(name)) {
                (false, _) => fault(path, Reason::Name),
                (true, Some(_)) if gs1_namespace(name).is_none() => fault(path, Reason::Term),
                (true, _) => Ok(Cow::Borrowed(name)),
            };
        }
        let bound = curie(name).and_then(|(prefix, local)| Some((prefix, scope.namespace(prefix)?, local)));
        let (preferred, namespace, local) = match bound {
            Some((prefix, namespace, local)) if is_ncname(local) => (prefix, namespace, Cow::Borrowed(local)),
            Some((_, namespace, local)) => divided(&format!("{namespace}{local}"), path)?,
            None if is_uri(name) && SCHEMES.iter().any(|scheme| has_scheme(name, scheme)) => divided(name, path)?,
            None => return fault(path, Reason::Name),
        };
        let is_master_data = namespace.strip_suffix(':') == Some(XML_MASTER_DATA);
        let namespace = if is_master_data { Cow::Borrowed(XML_MASTER_DATA) } else { namespace };
        if *namespace == *XML {
            return Ok(Cow::Owned(format!("xml:{local}")));
        }
        let prefix = self.prefix(&namespace, preferred, path)?;
        Ok(Cow::Owned(format!("{prefix}:{local}")))
    }

    /// A text whose prefix, if it is bound, means the same in XML.
    pub(super) fn value<'v>(&mut self, text: &'v str, scope: Scope<'_, '_>, path: &Path<'_>) -> Written<Cow<'v, str>> {
        let bound = curie(text.trim()).and_then(|(prefix, local)| Some((prefix, scope.namespace(prefix)?, local)));
        let Some((prefix, namespace, local)) = bound else {
            return Ok(Cow::Borrowed(text));
        };
        // A reader knows the prefixes of GS1 without a declaration.
        let declared = self.namespaces.get(prefix);
        let is_of_gs1 = declared.is_none_or(|namespace| gs1_prefix(namespace) == Some(prefix));
        if gs1_namespace(prefix) == Some(&*namespace) && is_of_gs1 {
            return Ok(Cow::Borrowed(text));
        }
        let can_stay = is_free(prefix) && check_namespace(&namespace) && !local.is_empty();
        if can_stay && self.prefix(&namespace, prefix, path)? == prefix {
            return Ok(Cow::Borrowed(text));
        }
        Ok(Cow::Owned(format!("{namespace}{local}")))
    }

    fn prefix(&mut self, namespace: &str, preferred: &str, path: &Path<'_>) -> Written<String> {
        if let Some(prefix) = self.prefixes.get(namespace) {
            return Ok(prefix.clone());
        }
        if !check_namespace(namespace) {
            return fault(path, Reason::Namespace);
        }
        if self.prefixes.len() + OF_DOCUMENT >= XML_NAMESPACES_IN_SCOPE_MAX {
            return fault(path, Reason::ManyNamespaces);
        }
        let of_gs1 = gs1_prefix(namespace).filter(|prefix| !["epcis", "xsd"].contains(prefix));
        let wanted = of_gs1.unwrap_or(preferred);
        let is_free = of_gs1.is_some() || is_free(wanted) && !["xsi", "epcisq"].contains(&wanted);
        let prefix = if is_free && !self.namespaces.contains_key(wanted) {
            wanted.to_owned()
        } else {
            let mut generated = (1..=self.namespaces.len() + 1).map(|number| format!("ns{number}"));
            generated.find(|prefix| !self.namespaces.contains_key(prefix)).unwrap_or_default()
        };
        self.prefixes.insert(namespace.to_owned(), prefix.clone());
        self.namespaces.insert(prefix.clone(), namespace.to_owned());
        Ok(prefix)
    }

    /// Appends the declarations.
    pub(super) fn declare(&self, out: &mut String) -> Written {
        if self.uses_schema {
            push_attribute(out, "xmlns:xsi", XSI, &Path::Root)?;
            push_attribute(out, "xmlns:xsd", XSD, &Path::Root)?;
        }
        for (prefix, namespace) in &self.namespaces {
            push_attribute(out, &format!("xmlns:{prefix}"), namespace, &Path::Root)?;
        }
        Ok(())
    }
}

fn has_scheme(name: &str, scheme: &str) -> bool {
    name.strip_prefix(scheme).is_some_and(|rest| rest.starts_with(':'))
}

fn check_namespace(namespace: &str) -> bool {
    !namespace.is_empty() && namespace.len() <= URI_BYTES_MAX && matches!(Space::of(namespace), Space::Other(_))
}

/// Divides a URI before the last name in it.
fn divided<'n>(uri: &str, path: &Path<'_>) -> Written<(&'static str, Cow<'n, str>, Cow<'n, str>)> {
    let end = uri.rfind(['/', '#']).or_else(|| uri.starts_with("urn:").then(|| uri.rfind(':')).flatten());
    let Some((namespace, local)) = end.and_then(|end| uri.split_at_checked(end + 1)) else {
        return fault(path, Reason::Name);
    };
    if !is_ncname(local) {
        return fault(path, Reason::Name);
    }
    Ok(("", Cow::Owned(namespace.to_owned()), Cow::Owned(local.to_owned())))
}
