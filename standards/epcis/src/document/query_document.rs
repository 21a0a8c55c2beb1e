//! Writes the answer to a query: an `EPCISQueryDocument` of stored events (EPCIS 2.0 JSON binding). Invariant: each
//! event is written as captured, except for three members. `eventID` is added where it is missing. `recordTime` is that
//! of the repository (EPCIS 2.0 section 7.4.1). `@context` is set where the document's context does not suffice.

use std::borrow::Cow;

use super::record::Record;
use crate::{
    context::{GS1_CONTEXT_URL, is_gs1_address},
    json::{self, Node, Value, push_string},
    limit::JSON_DEPTH_MAX,
    timestamp::format_unix_ms,
};

/// One event of an answer.
#[derive(Debug, Clone, Copy)]
pub struct QueryResult<'r, 'a> {
    /// The stored event.
    pub record: &'r Record<'a>,
    /// The event's id. Written only when the event was captured without one.
    pub event_id: &'r str,
    /// The time at which the repository recorded the event, in milliseconds since 1970 UTC.
    pub record_time_ms: i64,
}

/// Writes the answer to the query named `query_name`, created at `creation_time_ms` (milliseconds since 1970 UTC).
///
/// The document's context is the GS1 one, followed by all prefixes of the events as far as they agree. An event carries
/// its own context when that binds a prefix differently, or names a context other than the GS1 one. Times are formatted
/// by [`format_unix_ms`].
pub fn query_document(query_name: &str, creation_time_ms: i64, results: &[QueryResult<'_, '_>]) -> String {
    let shared = SharedContext::of(results);
    let events_len: usize = results.iter().map(|result| result.record.event.raw().len() + 160).sum();
    let mut out = String::with_capacity(events_len + 512);
    out.push_str("{\"@context\":");
    shared.write(&mut out);
    out.push_str(",\"type\":\"EPCISQueryDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\"");
    out.push_str(&format_unix_ms(creation_time_ms));
    out.push_str("\",\"epcisBody\":{\"queryResults\":{\"queryName\":");
    push_string(&mut out, query_name);
    out.push_str(",\"resultsBody\":{\"eventList\":[");
    for (index, result) in results.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_event(&mut out, result, &shared);
    }
    out.push_str("]}}}}");
    out
}

/// The document's `@context`, shared by its events.
enum SharedContext<'r> {
    /// All events were captured with exactly this context.
    Same(&'r str),
    /// The GS1 context and these prefixes, each with its JSON value.
    Merged(Vec<(Cow<'r, str>, &'r str)>),
}

impl<'r> SharedContext<'r> {
    fn of(results: &[QueryResult<'r, '_>]) -> Self {
        let mut contexts = results.iter().map(|result| result.record.context.raw());
        if let Some(first) = contexts.next()
            && contexts.all(|context| context == first)
        {
            return Self::Same(first);
        }
        let mut merged: Vec<(Cow<'r, str>, &'r str)> = Vec::new();
        for result in results {
            let Some(prefixes) = prefixes(result.record.context.raw()) else { continue };
            let agrees = prefixes.iter().all(|(name, value)| is_agreed(&merged, name, value).unwrap_or(true));
            if agrees {
                for (name, value) in prefixes {
                    if is_agreed(&merged, &name, value).is_none() {
                        merged.push((name, value));
                    }
                }
            }
        }
        Self::Merged(merged)
    }

    fn covers(&self, context_raw: &str) -> bool {
        match self {
            Self::Same(raw) => *raw == context_raw,
            Self::Merged(merged) => prefixes(context_raw).is_some_and(|prefixes| {
                prefixes.iter().all(|(name, value)| is_agreed(merged, name, value) == Some(true))
            }),
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Same(raw) => out.push_str(raw),
            Self::Merged(merged) => {
                out.push_str("[\"");
                out.push_str(GS1_CONTEXT_URL);
                out.push('"');
                for (name, value) in merged {
                    out.push_str(",{");
                    push_string(out, name);
                    out.push(':');
                    out.push_str(value);
                    out.push('}');
                }
                out.push(']');
            }
        }
    }
}

/// Whether a prefix has this value. `None` when it is not bound yet.
fn is_agreed(merged: &[(Cow<'_, str>, &str)], name: &str, value: &str) -> Option<bool> {
    merged.iter().find(|(known, _)| known == name).map(|(_, known)| *known == value)
}

/// The prefixes of a context that consists only of the GS1 one and plain prefix maps without contradictions. `None` for
/// any other context, which must be kept as a whole.
fn prefixes(context_raw: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let root = json::parse(context_raw, JSON_DEPTH_MAX).ok()?;
    let single = std::slice::from_ref(&root);
    let mut prefixes: Vec<(Cow<'_, str>, &str)> = Vec::new();
    for element in root.as_array().unwrap_or(single) {
        match &element.value {
            Value::String(address) if is_gs1_address(address) => {}
            Value::Object(members) => {
                for member in members {
                    let is_plain = member.node.as_str().is_some() && !member.name.starts_with('@');
                    if !is_plain || is_agreed(&prefixes, &member.name, member.node.raw) == Some(false) {
                        return None;
                    }
                    prefixes.push((member.name.clone(), member.node.raw));
                }
            }
            _ => return None,
        }
    }
    Some(prefixes)
}

fn push_event(out: &mut String, result: &QueryResult<'_, '_>, shared: &SharedContext<'_>) {
    let event = &result.record.event;
    let members = event.root.as_object().unwrap_or_default();
    let outer = result.record.context.raw();
    let own = event.root.get("@context");
    let context = match own {
        // The event's own context already contains all of its document's.
        Some(own) if own.raw == outer => None,
        _ if shared.covers(outer) => None,
        _ => Some(combined(outer, own)),
    };

    let record_time = format_unix_ms(result.record_time_ms);
    let mut cut = Cut { out, event: &event.root, copied_to: 0 };
    for member in members {
        match (&*member.name, &context) {
            ("@context", Some(context)) => cut.replace(&member.node, context),
            ("recordTime", _) => {
                cut.replace(&member.node, &format!("\"{record_time}\""));
            }
            _ => {}
        }
    }
    let end = members.last().map_or(1, |member| member.node.start + member.node.raw.len() - event.root.start);
    cut.copy_to(end);
    if let (None, Some(context)) = (own, &context) {
        cut.out.push_str(",\"@context\":");
        cut.out.push_str(context);
    }
    if event.event_id().is_none() {
        cut.out.push_str(",\"eventID\":");
        push_string(cut.out, result.event_id);
    }
    if event.root.get("recordTime").is_none() {
        cut.out.push_str(",\"recordTime\":\"");
        cut.out.push_str(&record_time);
        cut.out.push('"');
    }
    cut.copy_to(event.raw().len());
}

/// Joins the document's context and the event's own to one list.
fn combined(outer: &str, own: Option<&Node<'_>>) -> String {
    let Some(own) = own else {
        return outer.to_owned();
    };
    let elements = |raw: &str| match raw.strip_prefix('[').and_then(|raw| raw.strip_suffix(']')) {
        Some(elements) => elements.trim().to_owned(),
        None => raw.to_owned(),
    };
    let parts: Vec<String> = [elements(outer), elements(own.raw)].into_iter().filter(|part| !part.is_empty()).collect();
    format!("[{}]", parts.join(","))
}

/// Copies an event's text from start to end, with some values replaced.
struct Cut<'o, 'e, 'a> {
    out: &'o mut String,
    event: &'e Node<'a>,
    copied_to: usize,
}

impl Cut<'_, '_, '_> {
    fn copy_to(&mut self, end: usize) {
        self.out.push_str(&self.event.raw[self.copied_to..end]);
        self.copied_to = end;
    }

    fn replace(&mut self, node: &Node<'_>, text: &str) {
        self.copy_to(node.start - self.event.start);
        self.out.push_str(text);
        self.copied_to += node.raw.len();
    }
}
