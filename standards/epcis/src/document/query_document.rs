//! Writes the answer to a query: an `EPCISQueryDocument` of stored events (EPCIS 2.0 JSON binding). Invariant: each
//! event is written as captured, except for three members. `eventID` is added where it is missing. `recordTime` is that
//! of the repository (EPCIS 2.0 section 7.4.1). `@context` is set where the document's context does not suffice.
//! Writing takes time in proportion to the answer.

use super::{
    record::Record,
    shared_context::{SharedContext, elements},
};
use crate::{
    json::{Node, push_string},
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
/// When all events were captured with one context, it is the document's, after the GS1 one if it does not name it.
/// Otherwise the document's context is the GS1 one and up to [`crate::limit::MERGED_PREFIXES_MAX`] prefixes that the
/// events use alike. An event carries its own context when it uses a name that it binds in another way, or when its
/// context holds more than namespaces. Times are formatted by [`format_unix_ms`].
///
/// The work is linear, but an answer can have many megabytes: run it where it may take time.
pub fn query_document(query_name: &str, creation_time_ms: i64, results: &[QueryResult<'_, '_>]) -> String {
    write(query_name, None, creation_time_ms, results)
}

/// What a delivery to a subscriber has beside the answer to its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery<'d> {
    /// The `id` of the document: a URI, the same at each attempt to deliver it.
    pub id: &'d str,
    /// The `subscriptionID` of the results.
    pub subscription_id: &'d str,
}

/// As [`query_document`], for a subscriber.
pub fn delivery_document(
    query_name: &str,
    delivery: Delivery<'_>,
    creation_time_ms: i64,
    results: &[QueryResult<'_, '_>],
) -> String {
    write(query_name, Some(delivery), creation_time_ms, results)
}

fn write(
    query_name: &str,
    delivery: Option<Delivery<'_>>,
    creation_time_ms: i64,
    results: &[QueryResult<'_, '_>],
) -> String {
    let shared = SharedContext::of(results);
    let events_len: usize = results.iter().map(|result| result.record.event.raw().len() + 160).sum();
    let mut out = String::with_capacity(events_len + 512);
    out.push_str("{\"@context\":");
    shared.write(&mut out);
    if let Some(delivery) = delivery {
        out.push_str(",\"id\":");
        push_string(&mut out, delivery.id);
    }
    out.push_str(",\"type\":\"EPCISQueryDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\"");
    out.push_str(&format_unix_ms(creation_time_ms));
    out.push_str("\",\"epcisBody\":{\"queryResults\":{\"queryName\":");
    push_string(&mut out, query_name);
    if let Some(delivery) = delivery {
        out.push_str(",\"subscriptionID\":");
        push_string(&mut out, delivery.subscription_id);
    }
    out.push_str(",\"resultsBody\":{\"eventList\":[");
    for (index, result) in results.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_event(&mut out, result, shared.covers(index));
    }
    out.push_str("]}}}}");
    out
}

fn push_event(out: &mut String, result: &QueryResult<'_, '_>, is_covered: bool) {
    let event = &result.record.event;
    let members = event.root.as_object().unwrap_or_default();
    let outer = result.record.context.raw();
    let own = event.root.get("@context");
    let context = match own {
        // The event's own context already contains all of its document's.
        Some(own) if own.raw == outer => None,
        _ if is_covered => None,
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
    let parts: Vec<&str> = [elements(outer), elements(own.raw)].into_iter().filter(|part| !part.is_empty()).collect();
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
