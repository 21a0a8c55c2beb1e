//! The names of parameters on attributes of master data: `HASATTR_bizLocation`, `EQ_ATTR_bizLocation_cbvmda:city`.
//! Invariant: a name has one meaning. One that can be divided into a field and an attribute in several ways is refused,
//! as the standard permits (EPCIS 2.0 section 8.2.7.1).

use super::{Fault, Names, field, unbound, value};
use crate::{
    filter::{Field, Filter, NAMINGS, Named, Test},
    limit::QUERY_VALUE_BYTES_MAX,
    master_data::full_attribute,
    problem::{code, quote},
};

/// What a condition is about, as far as its name tells.
pub(super) struct Condition {
    of: Named,
    /// The attribute whose value is compared. `None` when the values of the parameter name attributes.
    attribute: Option<String>,
}

/// Recognises a name. `None` when it has another beginning.
///
/// # Errors
/// A prefix that is not bound, a field that names no master data, or a name that is ambiguous.
pub(super) fn recognise(name: &str, names: Names<'_>) -> Result<Option<Condition>, Fault> {
    let (rest, has_attribute) = match (name.strip_prefix("HASATTR_"), name.strip_prefix("EQ_ATTR_")) {
        (Some(rest), _) => (rest, false),
        (None, Some(rest)) => (rest, true),
        (None, None) => return Ok(None),
    };
    if name.len() > QUERY_VALUE_BYTES_MAX {
        return Err(unknown(format!("the name of a parameter has at most {QUERY_VALUE_BYTES_MAX} bytes")));
    }
    if has_attribute {
        return divided(rest, names).map(Some);
    }
    let of = match NAMINGS.iter().find(|naming| naming.name == rest) {
        Some(naming) => Named::Standard(naming),
        None => users_field(rest, names)?,
    };
    Ok(Some(Condition { of, attribute: None }))
}

/// Divides `bizLocation_cbvmda:city` at the underscore between the field and the attribute.
fn divided(rest: &str, names: Names<'_>) -> Result<Condition, Fault> {
    let standard = NAMINGS.iter().find_map(|naming| Some((naming, rest.strip_prefix(naming.name)?.strip_prefix('_')?)));
    if let Some((naming, name)) = standard {
        return Ok(Condition { of: Named::Standard(naming), attribute: Some(attribute(name, names)?) });
    }
    let is_full = |text: &str| is_name(text) && names.full(text).is_ok();
    let places = || rest.match_indices('_').map(|(at, _)| (&rest[..at], &rest[at + 1..]));
    // Field and attribute can both contain underscores. An attribute with a prefix shows at which one it begins.
    let mut found: Vec<_> = places().filter(|(field, name)| is_full(name) && is_full(field)).collect();
    if found.is_empty() {
        found = places().filter(|(field, name)| is_word(name) && is_full(field)).collect();
    }
    if let [(field, name)] = found[..] {
        return Ok(Condition { of: users_field(field, names)?, attribute: Some(attribute(name, names)?) });
    }
    if found.len() > 1 {
        return Err(unknown(format!(
            "{} can be divided into a field and an attribute in several ways; write the attribute with its namespace",
            quote(rest)
        )));
    }
    if let Some((field, _)) = places().next() {
        users_field(field, names)?;
    }
    Err(unknown(format!("{} is not a field, an underscore and the name of an attribute", quote(rest))))
}

/// The full URI of an attribute.
fn attribute(name: &str, names: Names<'_>) -> Result<String, Fault> {
    if is_word(name) {
        return Ok(full_attribute(name));
    }
    if !is_name(name) {
        return Err(unknown(format!("{} is not the name of an attribute", quote(name))));
    }
    names.full(name).map(|full| full_attribute(&full)).map_err(unbound)
}

/// A prefix and a local name, or a URI.
fn is_name(text: &str) -> bool {
    text.split_once(':').is_some_and(|(prefix, local)| !prefix.is_empty() && !local.is_empty())
}

/// A name without a namespace.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

fn users_field(name: &str, names: Names<'_>) -> Result<Named, Fault> {
    if is_name(name) {
        return names.full(name).map(|full| Named::User(field::field_name(&full))).map_err(unbound);
    }
    let standard: Vec<_> = NAMINGS.iter().map(|naming| naming.name).collect();
    Err(unknown(format!("{} names no master data; {} and users' fields do", quote(name), standard.join(", "))))
}

fn unknown(detail: String) -> Fault {
    (code::UNKNOWN_QUERY_PARAMETER, detail)
}

impl Condition {
    /// The condition with its values.
    ///
    /// # Errors
    /// A sentence for people.
    pub(super) fn filter(self, values: &[&str], names: Names<'_>) -> Result<Filter, String> {
        let (names, test) = match self.attribute {
            Some(name) => (vec![name], value::one_of(field::Kind::Any, values, names)?),
            None => (values.iter().map(|value| full_attribute(&names.expand(value))).collect(), Test::Exists),
        };
        Ok(Filter { field: Field::Attribute { of: self.of, names }, test })
    }
}
