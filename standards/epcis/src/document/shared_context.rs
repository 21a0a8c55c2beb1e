//! Finds the context that the events of an answer share. Invariant: no event's meaning changes. A name that an event
//! uses, as a term or as a prefix, means under the answer's context what it meant in the event's document; where it
//! cannot, the event carries its own context. Time is proportional to the events, times the logarithm of the bindings.

use std::collections::BTreeMap;

use super::query_document::QueryResult;
use crate::{
    context::{Context, GS1_CONTEXT_URL, curie, gs1_namespace},
    json::{self, Node, Value, push_string},
    limit::{JSON_DEPTH_MAX, MERGED_PREFIXES_MAX},
};

/// The names that the answer itself uses, which no event may bind for it.
const NAMES_OF_ANSWER: [&str; 16] = [
    "EPCISDocument",
    "EPCISQueryDocument",
    "creationDate",
    "epcis",
    "epcisBody",
    "eventID",
    "eventList",
    "id",
    "owl",
    "queryName",
    "queryResults",
    "recordTime",
    "resultsBody",
    "schemaVersion",
    "type",
    "xsd",
];

/// The answer's `@context`.
pub(super) enum SharedContext<'r> {
    /// All events were captured with this context.
    Same(&'r Context<'r>),
    /// The GS1 context and these bindings, sorted by name.
    Merged { bindings: Vec<(&'r str, &'r str)>, covered: Vec<bool> },
}

/// A binding that the answer might have.
struct Candidate<'r> {
    namespace: &'r str,
    /// Whether some event uses the name and does not bind it.
    is_refused: bool,
    /// Whether an event without a context of its own uses the name.
    is_used: bool,
    /// The last event that was seen to use the name.
    seen_by: Option<usize>,
}

impl<'r> SharedContext<'r> {
    pub(super) fn of(results: &[QueryResult<'r, 'r>]) -> Self {
        let mut contexts = results.iter().map(|result| &result.record.context);
        if let Some(first) = contexts.next()
            && contexts.all(|context| context.raw() == first.raw())
            && !(first.changes_when_repeated() && results.iter().any(repeats_its_documents_context))
            && NAMES_OF_ANSWER.iter().all(|name| first.binding(name).is_none_or(|bound| is_of_gs1(name, bound)))
        {
            return Self::Same(first);
        }
        let mut merge = Merge { candidates: candidates(results), used: Vec::new(), needs_own: false, event: 0 };
        let mut needs_own = Vec::with_capacity(results.len());
        let mut used = Vec::with_capacity(results.len());
        for (index, result) in results.iter().enumerate() {
            let event = &result.record.event;
            let names = Names { outer: &result.record.context, own: event.context.as_ref() };
            merge.event = index;
            merge.needs_own = !names.outer.is_plain();
            for context in [Some(names.outer), names.own].into_iter().flatten().filter(|context| !context.is_plain()) {
                if let Ok(node) = json::parse_unchecked(context.raw(), JSON_DEPTH_MAX) {
                    merge.refuse_values(&node);
                }
            }
            for member in event.root.as_object().unwrap_or_default() {
                if member.name != "@context" {
                    merge.use_text(&member.name, names);
                    merge.use_strings(&member.node, names);
                }
            }
            needs_own.push(merge.needs_own);
            used.push(std::mem::take(&mut merge.used));
        }
        let mut candidates = merge.candidates;
        let covered: Vec<bool> = needs_own
            .iter()
            .zip(&used)
            .map(|(needs_own, used)| !needs_own && used.iter().all(|name| !candidates[name].is_refused))
            .collect();
        for (used, _) in used.iter().zip(&covered).filter(|(_, covered)| **covered) {
            for name in used {
                if let Some(candidate) = candidates.get_mut(name) {
                    candidate.is_used = true;
                }
            }
        }
        let bindings = candidates
            .into_iter()
            .filter(|(_, candidate)| candidate.is_used)
            .map(|(name, candidate)| (name, candidate.namespace))
            .collect();
        Self::Merged { bindings, covered }
    }

    /// Whether the event at `index` needs no context beside the answer's and its own.
    pub(super) fn covers(&self, index: usize) -> bool {
        match self {
            Self::Same(_) => true,
            Self::Merged { covered, .. } => covered[index],
        }
    }

    /// Appends the context. It always names the GS1 one.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Self::Same(context) if context.names_gs1() => out.push_str(context.raw()),
            Self::Same(context) => {
                out.push_str("[\"");
                out.push_str(GS1_CONTEXT_URL);
                out.push('"');
                let elements = elements(context.raw());
                if !elements.is_empty() {
                    out.push(',');
                    out.push_str(elements);
                }
                out.push(']');
            }
            Self::Merged { bindings, .. } => {
                out.push_str("[\"");
                out.push_str(GS1_CONTEXT_URL);
                out.push('"');
                for (index, (name, namespace)) in bindings.iter().enumerate() {
                    out.push_str(if index == 0 { ",{" } else { "," });
                    push_string(out, name);
                    out.push(':');
                    push_string(out, namespace);
                }
                out.push_str(if bindings.is_empty() { "]" } else { "}]" });
            }
        }
    }
}

/// Whether an event carries the context of its document, as a bare event does. An answer with that context would have
/// it twice.
fn repeats_its_documents_context(result: &QueryResult<'_, '_>) -> bool {
    let record = &result.record;
    record.event.context.as_ref().is_some_and(|own| own.raw() == record.context.raw())
}

/// Whether a binding is that of the GS1 context, which every answer has.
fn is_of_gs1(name: &str, namespace: Option<&str>) -> bool {
    namespace.is_some() && namespace == gs1_namespace(name)
}

/// The elements of a context's text, without brackets.
pub(super) fn elements(raw: &str) -> &str {
    raw.strip_prefix('[').and_then(|raw| raw.strip_suffix(']')).map_or(raw, str::trim)
}

/// The first namespace of each name that a plain context binds. Names of GS1 and of the answer keep their meaning.
fn candidates<'r>(results: &[QueryResult<'r, 'r>]) -> BTreeMap<&'r str, Candidate<'r>> {
    let mut candidates = BTreeMap::new();
    let mut last = "";
    for context in results.iter().map(|result| &result.record.context).filter(|context| context.is_plain()) {
        // Events of one capture follow each other.
        if context.raw() == last {
            continue;
        }
        last = context.raw();
        for (name, namespace) in context.bound() {
            if candidates.len() >= MERGED_PREFIXES_MAX {
                return candidates;
            }
            if gs1_namespace(name).is_none() && !NAMES_OF_ANSWER.contains(&name) {
                candidates.entry(name).or_insert(Candidate {
                    namespace,
                    is_refused: false,
                    is_used: false,
                    seen_by: None,
                });
            }
        }
    }
    candidates
}

/// The contexts of one event.
#[derive(Clone, Copy)]
struct Names<'r> {
    outer: &'r Context<'r>,
    own: Option<&'r Context<'r>>,
}

/// The state of going through the events.
struct Merge<'r> {
    candidates: BTreeMap<&'r str, Candidate<'r>>,
    /// The candidates that the event uses and binds alike.
    used: Vec<&'r str>,
    /// Whether the event uses a binding of its document that the answer does not have.
    needs_own: bool,
    /// The position of the event.
    event: usize,
}

impl<'r> Merge<'r> {
    /// Refuses the names that the definitions of a context rest on, when it is not plain: what they mean depends on the
    /// place of the definition.
    fn refuse_values(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::String(text) => {
                for name in [Some(&**text), curie(text).map(|(prefix, _)| prefix)].into_iter().flatten() {
                    if let Some(candidate) = self.candidates.get_mut(name) {
                        candidate.is_refused = true;
                    }
                }
            }
            Value::Array(elements) => elements.iter().for_each(|element| self.refuse_values(element)),
            Value::Object(members) => members.iter().for_each(|member| self.refuse_values(&member.node)),
            Value::Null | Value::Bool | Value::Number => {}
        }
    }

    fn use_strings(&mut self, node: &Node<'_>, names: Names<'r>) {
        match &node.value {
            Value::String(text) => self.use_text(text, names),
            Value::Array(elements) => elements.iter().for_each(|element| self.use_strings(element, names)),
            Value::Object(members) => {
                for member in members {
                    self.use_text(&member.name, names);
                    self.use_strings(&member.node, names);
                }
            }
            Value::Null | Value::Bool | Value::Number => {}
        }
    }

    /// Uses a text as a term, and as a CURIE with a prefix.
    fn use_text(&mut self, text: &str, names: Names<'r>) {
        self.use_name(text, names);
        if let Some((prefix, _)) = curie(text) {
            self.use_name(prefix, names);
        }
    }

    /// Uses a name. The event keeps what its own context binds, whatever the answer binds; but the document's context
    /// may hold what that rests on.
    fn use_name(&mut self, name: &str, names: Names<'r>) {
        match names.own.filter(|own| own.binding(name).is_some()) {
            None => self.use_outer(name, names.outer),
            Some(own) => {
                if let Some(prefix) = own.outer_prefix(name) {
                    self.use_outer(prefix, names.outer);
                }
            }
        }
    }

    /// Uses a name as the document's context binds it.
    fn use_outer(&mut self, name: &str, outer: &'r Context<'r>) {
        if let Some(candidate) = outer.outer_prefix(name).and_then(|prefix| self.candidates.get_mut(prefix)) {
            // The prefix is not bound where the namespace is defined, and must not be bound in the answer.
            candidate.is_refused = true;
        }
        let candidate = self.candidates.get_key_value(name).map(|(name, _)| *name);
        match (outer.binding(name), candidate) {
            (None, None) => {}
            (None, Some(name)) => {
                if let Some(candidate) = self.candidates.get_mut(name) {
                    candidate.is_refused = true;
                }
            }
            (Some(namespace), None) => self.needs_own |= !is_of_gs1(name, namespace),
            (Some(namespace), Some(name)) => {
                let event = self.event;
                let Some(candidate) = self.candidates.get_mut(name) else { return };
                if namespace != Some(candidate.namespace) {
                    self.needs_own = true;
                } else if candidate.seen_by != Some(event) {
                    candidate.seen_by = Some(event);
                    self.used.push(name);
                }
            }
        }
    }
}
