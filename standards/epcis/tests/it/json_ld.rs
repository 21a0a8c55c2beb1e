//! The reading of contexts by JSON-LD 1.1, written straight from its algorithms, for tests to compare with. Left out is
//! what no test here uses: `@vocab`, `@base`, scoped and protected definitions, types and containers. A prefix needs no
//! separator at its end, as the GS1 documents have some without.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What each term is bound to; `None` when it is unbound on purpose.
pub(crate) type Bindings = BTreeMap<String, Option<String>>;

/// A definition that rests on itself: the error `cyclic IRI mapping`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CyclicMapping;

/// Applies a context to the bindings that hold already (JSON-LD 1.1 API section 4.1.2). `remote` are the bindings of
/// the context at an address.
pub(crate) fn apply(
    context: &Value,
    active: &mut Bindings,
    remote: &impl Fn(&str) -> Vec<(&'static str, &'static str)>,
) -> Result<(), CyclicMapping> {
    match context {
        Value::Array(elements) => elements.iter().try_for_each(|element| apply(element, active, remote)),
        Value::String(address) => {
            active.extend(remote(address).into_iter().map(|(name, iri)| (name.to_owned(), Some(iri.to_owned()))));
            Ok(())
        }
        Value::Object(local) => {
            let mut defined = BTreeMap::new();
            local.keys().try_for_each(|term| create_term(local, term, active, &mut defined))
        }
        _ => panic!("no context: {context}"),
    }
}

/// Section 4.2.2. `defined` tells whether a term is defined already or is being defined.
fn create_term(
    local: &Map<String, Value>,
    term: &str,
    active: &mut Bindings,
    defined: &mut BTreeMap<String, bool>,
) -> Result<(), CyclicMapping> {
    match defined.get(term) {
        Some(true) => return Ok(()),
        Some(false) => return Err(CyclicMapping),
        None => {}
    }
    defined.insert(term.to_owned(), false);
    active.remove(term);
    let value = &local[term];
    let mapping = match value.get("@id").unwrap_or(value).as_str() {
        Some(id) if id != term => Some(expand_in(id, local, active, defined)?),
        other => other.map(str::to_owned),
    };
    active.insert(term.to_owned(), mapping);
    defined.insert(term.to_owned(), true);
    Ok(())
}

/// Section 5.2.2, during the definition of a term.
fn expand_in(
    value: &str,
    local: &Map<String, Value>,
    active: &mut Bindings,
    defined: &mut BTreeMap<String, bool>,
) -> Result<String, CyclicMapping> {
    if local.contains_key(value) {
        create_term(local, value, active, defined)?;
    }
    if let Some(Some(iri)) = active.get(value) {
        return Ok(iri.clone());
    }
    if let Some((prefix, _)) = curie(value).filter(|(prefix, _)| local.contains_key(*prefix)) {
        create_term(local, prefix, active, defined)?;
    }
    Ok(expand(value, active))
}

/// Section 5.2.2 for a text with a colon. Any other text is unchanged.
pub(crate) fn expand(value: &str, active: &Bindings) -> String {
    match curie(value).and_then(|(prefix, local)| Some((active.get(prefix)?.as_ref()?, local))) {
        Some((iri, local)) => format!("{iri}{local}"),
        None => value.to_owned(),
    }
}

fn curie(text: &str) -> Option<(&str, &str)> {
    text.split_once(':').filter(|(prefix, local)| *prefix != "_" && !local.starts_with("//"))
}
