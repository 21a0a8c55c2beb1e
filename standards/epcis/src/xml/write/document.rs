//! Writes documents around events: `EPCISDocument`, `EPCISQueryDocument` with results, or one event. Invariant: a
//! document is written whole, or the first part without a form in XML is reported.

use super::{
    Inexpressible, Options, Reason,
    event::{self, Added},
    markup::{push_attribute, push_text},
};
use crate::{
    context::Context,
    document::{Delivery, QueryResult},
    event::Event,
    problem::Path,
    timestamp::format_unix_ms,
    xml::Version,
};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Writes one event as a document of its own. `context` is that of its document.
///
/// # Errors
/// The first part without a form in XML.
pub fn event(event: &Event<'_>, context: &Context<'_>, options: Options) -> Result<String, Inexpressible> {
    let alone = Added { is_alone: true, ..Added::default() };
    let written = event::event(event, context, alone, options).map_err(at(0))?;
    Ok(format!("{DECLARATION}{written}"))
}

/// Writes one result of a query as a document of its own: an event as [`query_document`] writes it.
///
/// # Errors
/// The first part without a form in XML.
pub fn query_result(result: &QueryResult<'_, '_>, options: Options) -> Result<String, Inexpressible> {
    let record_time = format_unix_ms(result.record_time_ms);
    let added = Added { event_id: Some(result.event_id), record_time: Some(&record_time), is_alone: true };
    let written = event::event(&result.record.event, &result.record.context, added, options).map_err(at(0))?;
    Ok(format!("{DECLARATION}{written}"))
}

/// Writes a capture document of events, each with the context of its document. `creation_time_ms` is in milliseconds
/// since 1970 UTC. Fields that a repository added ([`Context::ignored_fields`]) are written like any other.
///
/// # Errors
/// The first part without a form in XML.
pub fn capture_document<'e>(
    creation_time_ms: i64,
    events: impl IntoIterator<Item = (&'e Event<'e>, &'e Context<'e>)>,
    options: Options,
) -> Result<String, Inexpressible> {
    let mut out = head("epcis", "EPCISDocument", creation_time_ms, options);
    out.push_str("<EPCISBody><EventList>");
    for (index, (event, context)) in events.into_iter().enumerate() {
        let left = left(options, &out);
        out.push_str(&event::event(event, context, Added::default(), left).map_err(at(index))?);
    }
    out.push_str("</EventList></EPCISBody></epcis:EPCISDocument>");
    Ok(out)
}

/// Writes the answer to the query named `query_name`, as [`crate::document::query_document`] does in JSON: `eventID` is
/// added where it is missing, and `recordTime` is that of the repository.
///
/// # Errors
/// The first part without a form in XML. [`Inexpressible::event`] is the index of its result.
pub fn query_document(
    query_name: &str,
    creation_time_ms: i64,
    results: &[QueryResult<'_, '_>],
    options: Options,
) -> Result<String, Inexpressible> {
    let out = head("epcisq", "EPCISQueryDocument", creation_time_ms, options);
    query_results(out, (query_name, None), results, options)
}

/// As [`query_document`], for a subscriber. `id_attribute` is the namespace of the attribute `id` of the document
/// element: EPCIS has none, and allows those of other namespaces.
///
/// # Errors
/// As [`query_document`].
pub fn delivery_document(
    query_name: &str,
    (delivery, id_attribute): (Delivery<'_>, &str),
    creation_time_ms: i64,
    results: &[QueryResult<'_, '_>],
    options: Options,
) -> Result<String, Inexpressible> {
    let mut out = head("epcisq", "EPCISQueryDocument", creation_time_ms, options);
    out.pop();
    for (name, value) in [("xmlns:delivery", id_attribute), ("delivery:id", delivery.id)] {
        push_attribute(&mut out, name, value, &Path::Root).map_err(at(0))?;
    }
    out.push('>');
    query_results(out, (query_name, Some(delivery.subscription_id)), results, options)
}

/// Writes the results behind the start tag of their document, and its end.
fn query_results(
    mut out: String,
    (query_name, subscription_id): (&str, Option<&str>),
    results: &[QueryResult<'_, '_>],
    options: Options,
) -> Result<String, Inexpressible> {
    out.push_str("<EPCISBody><epcisq:QueryResults><queryName>");
    push_text(&mut out, query_name, &Path::Root).map_err(at(0))?;
    out.push_str("</queryName>");
    if let Some(id) = subscription_id {
        out.push_str("<subscriptionID>");
        push_text(&mut out, id, &Path::Root).map_err(at(0))?;
        out.push_str("</subscriptionID>");
    }
    out.push_str("<resultsBody><EventList>");
    for (index, result) in results.iter().enumerate() {
        let record_time = format_unix_ms(result.record_time_ms);
        let added = Added { event_id: Some(result.event_id), record_time: Some(&record_time), is_alone: false };
        let left = left(options, &out);
        out.push_str(&event::event(&result.record.event, &result.record.context, added, left).map_err(at(index))?);
    }
    out.push_str("</EventList></resultsBody></epcisq:QueryResults></EPCISBody></epcisq:EPCISQueryDocument>");
    Ok(out)
}

/// The start tag of a document, after the XML declaration.
fn head(prefix: &str, name: &str, creation_time_ms: i64, options: Options) -> String {
    let (major, version) = match options.version {
        Version::V1_2 => (1, "1.2"),
        Version::V2_0 => (2, "2.0"),
    };
    let kind = if prefix == "epcis" { "epcis" } else { "epcis-query" };
    let mut out = format!("{DECLARATION}<{prefix}:{name} xmlns:{prefix}=\"urn:epcglobal:{kind}:xsd:{major}\"");
    for (name, value) in [("schemaVersion", version), ("creationDate", &format_unix_ms(creation_time_ms))] {
        // Neither has a character that XML refuses.
        let _ = push_attribute(&mut out, name, value, &Path::Root);
    }
    out.push('>');
    out
}

/// The options of an event after what is written already.
fn left(options: Options, out: &str) -> Options {
    Options { bytes_max: options.bytes_max.saturating_sub(out.len()), ..options }
}

fn at(event: usize) -> impl Fn((String, Reason)) -> Inexpressible {
    move |(pointer, reason)| Inexpressible { event, pointer, reason }
}
