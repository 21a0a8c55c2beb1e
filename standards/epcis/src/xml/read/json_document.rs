//! Turns an XML document into one of the JSON binding. Invariant: the JSON has the events in order, each with its own
//! `@context`, so that what is captured, and each event hash, is that of a JSON capture.

use super::{
    Options,
    document::{Document, innermost, problem},
    json::{Mark, place_of},
};
use crate::{
    context::GS1_CONTEXT_URL,
    document::DocumentKind,
    json::{self, push_string},
    limit::{JSON_DEPTH_MAX, XML_PLACE_BYTES},
    problem::{Problem, code},
    xml::fault::{Fault, XmlProblem, located},
};

/// An XML document in JSON, not validated yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonDocument<'x> {
    /// `EPCISDocument`, `EPCISQueryDocument` or a bare event, for [`crate::document::parse`]. A document of any 1.x
    /// version is one of 2.0 here.
    pub json: String,
    xml: &'x str,
    marks: Vec<Mark>,
}

/// An XML document of independent events in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialJsonDocument<'x> {
    /// The document. Its list has `null` in the place of each refused event, so that all others keep their index.
    pub document: JsonDocument<'x>,
    /// The indexes of elements that are no events, in document order, each with its first problem.
    pub refused: Vec<(usize, XmlProblem)>,
}

/// Reads a whole document. Its memory is that of the JSON, besides one event.
///
/// # Errors
/// The first fault, as [`Document::open`]. [`code::XML_TOO_LARGE`] when the JSON would exceed
/// [`Options::json_bytes_max`].
pub fn json_document(bytes: &[u8], options: Options) -> Result<JsonDocument<'_>, XmlProblem> {
    read(bytes, options, None)
}

/// Reads a document as [`json_document`] does, but judges each event on its own. A bare event is still refused as a
/// whole, and so is a document that is not well formed or exceeds a limit.
///
/// # Errors
/// As [`json_document`].
pub fn json_document_each(bytes: &[u8], options: Options) -> Result<PartialJsonDocument<'_>, XmlProblem> {
    let mut faults = Vec::new();
    let document = read(bytes, options, Some(&mut faults))?;
    let (indexes, faults): (Vec<usize>, Vec<Fault>) = faults.into_iter().unzip();
    // Faults are in the order of their places, as the events are.
    let refused = indexes.into_iter().zip(located(document.xml, faults)).collect();
    Ok(PartialJsonDocument { document, refused })
}

fn read<'x>(
    bytes: &'x [u8],
    options: Options,
    mut refused: Option<&mut Vec<(usize, Fault)>>,
) -> Result<JsonDocument<'x>, XmlProblem> {
    let mut document = Document::open(bytes, options)?;
    let is_bare = document.envelope().kind == DocumentKind::BareEvent;
    let (mut json, mut marks, end) = head(&document);
    check_memory(&document, &json, &marks, 0)?;
    let mut index = 0;
    while let Some(event) = document.next_or_fault()? {
        if index > 0 {
            json.push(',');
        }
        let start = json.len();
        let at = match (event, &mut refused) {
            (Ok(event), _) => {
                json.push_str(&event.json);
                let at = event.offset;
                marks.extend(event.into_marks().into_iter().map(|mark| mark.after(start)));
                at
            }
            (Err(fault), Some(refused)) if !is_bare => {
                json.push_str("null");
                marks.push(Mark::new(start, fault.at));
                let at = fault.at;
                refused.push((index, fault));
                at
            }
            (Err(fault), _) => return Err(problem(document.xml(), fault)),
        };
        check_memory(&document, &json, &marks, at)?;
        index += 1;
    }
    json.push_str(end);
    Ok(JsonDocument { json, xml: document.xml(), marks })
}

/// Refuses a document whose JSON up to the place `at` exceeds the memory for it.
fn check_memory(document: &Document<'_>, json: &str, marks: &[Mark], at: usize) -> Result<(), XmlProblem> {
    let bytes_max = document.options().json_bytes_max;
    if json.len() + marks.len() * XML_PLACE_BYTES <= bytes_max {
        return Ok(());
    }
    let detail = format!("in JSON the document up to this place has more than {bytes_max} bytes");
    Err(problem(document.xml(), Fault::new(at, code::XML_TOO_LARGE, detail)))
}

impl JsonDocument<'_> {
    /// The problems of the JSON as problems of the XML document.
    pub fn problems(&self, problems: &[Problem]) -> Vec<XmlProblem> {
        let root = json::parse_unchecked(&self.json, JSON_DEPTH_MAX).ok();
        let place = |problem: &Problem| {
            let start = root.as_ref().map_or(0, |root| innermost(root, &problem.pointer).start);
            place_of(&self.marks, start)
        };
        let faults =
            problems.iter().map(|problem| Fault::new(place(problem), problem.code, problem.detail.clone())).collect();
        located(self.xml, faults)
    }
}

/// The JSON before the events with the places of its values, and the JSON after the events.
fn head(document: &Document<'_>) -> (String, Vec<Mark>, &'static str) {
    let (envelope, places) = (document.envelope(), document.places());
    let (kind, end) = match envelope.kind {
        DocumentKind::BareEvent => return (String::new(), Vec::new(), ""),
        DocumentKind::Capture => ("EPCISDocument", "]}}"),
        DocumentKind::Query => ("EPCISQueryDocument", "]}}}}"),
    };
    let context = document.context();
    let is_plain = context == format!("[\"{GS1_CONTEXT_URL}\"]");
    let mut out = String::from("{\"@context\":");
    if is_plain {
        push_string(&mut out, GS1_CONTEXT_URL);
    } else {
        out.push_str(context);
    }
    member(&mut out, "type", kind);
    member(&mut out, "schemaVersion", "2.0");
    if let Some(date) = &envelope.creation_date {
        member(&mut out, "creationDate", date);
    }
    if envelope.kind == DocumentKind::Capture {
        for (name, value) in &envelope.business_header {
            member(&mut out, name, value);
        }
    }
    let mut marks = Vec::new();
    // A document of master data has its vocabularies in the body. In JSON they are in the header.
    let in_body = envelope.vocabularies_json.as_deref().filter(|_| envelope.kind == DocumentKind::Capture);
    if in_body.is_some() || envelope.header_json.is_some() {
        out.push_str(",\"epcisHeader\":");
    }
    if let Some(list) = in_body {
        out.push_str("{\"epcisMasterData\":{\"vocabularyList\":");
        marks.extend(places.vocabularies.iter().map(|mark| mark.after(out.len())));
        out.push_str(list);
        out.push('}');
    }
    match (envelope.header_json.as_deref(), in_body) {
        (Some("{}") | None, Some(_)) => out.push('}'),
        (Some(header), Some(_)) => {
            out.push(',');
            marks.extend(places.header.iter().map(|mark| mark.after(out.len() - 1)));
            out.push_str(header.strip_prefix('{').unwrap_or(header));
        }
        (Some(header), None) => {
            marks.extend(places.header.iter().map(|mark| mark.after(out.len())));
            out.push_str(header);
        }
        (None, None) => {}
    }
    if !envelope.ignored_fields.is_empty() {
        out.push_str(",\"epcis:ignoreFields\":[");
        for (index, name) in envelope.ignored_fields.iter().enumerate() {
            out.push_str(if index > 0 { "," } else { "" });
            push_string(&mut out, name);
        }
        out.push(']');
    }
    out.push_str(",\"epcisBody\":{");
    if envelope.kind == DocumentKind::Query {
        out.push_str("\"queryResults\":{\"queryName\":");
        push_string(&mut out, &envelope.query_name);
        if let Some(id) = &envelope.subscription_id {
            member(&mut out, "subscriptionID", id);
        }
        out.push_str(",\"resultsBody\":{");
        if let Some(list) = &envelope.vocabularies_json {
            out.push_str("\"vocabularyList\":");
            out.push_str(list);
            out.push(',');
        }
    }
    out.push_str("\"eventList\":[");
    (out, marks, end)
}

fn member(out: &mut String, name: &str, value: &str) {
    out.push(',');
    push_string(out, name);
    out.push(':');
    push_string(out, value);
}
