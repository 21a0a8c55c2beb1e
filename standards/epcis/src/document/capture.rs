//! Parses the envelope around events: `EPCISDocument`, `EPCISQueryDocument` or a bare event (EPCIS 2.0 JSON binding).
//! Invariant: a document is accepted as a whole or refused as a whole, unless its events are independent. A refusal
//! lists all problems found, up to the limit.

use super::{bytes::read_json, envelope};
use crate::{
    context::{Context, Scope},
    event::Event,
    hash::text_bytes,
    json::Node,
    limit::{
        EVENTS_PER_DOCUMENT_MAX, HASH_TEXT_BYTES_PER_DOCUMENT_MAX, JSON_DEPTH_MAX, PROBLEMS_PER_REFUSED_EVENT_MAX,
    },
    master_data::{self, Element},
    problem::{Path, Problem, Problems, code},
    validate,
};

/// The envelope that the events came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// `EPCISDocument`.
    Capture,
    /// `EPCISQueryDocument`, the answer of another repository.
    Query,
    /// One event with its own `@context`.
    BareEvent,
}

/// A checked document. Borrows from the bytes that it was parsed from.
#[derive(Debug, Clone)]
pub struct CaptureDocument<'a> {
    pub kind: DocumentKind,
    /// The `@context` that applies to every event.
    pub context: Context<'a>,
    /// The events in document order, at most [`EVENTS_PER_DOCUMENT_MAX`]. May be empty.
    pub events: Vec<Event<'a>>,
    /// The elements of the vocabularies in the header of a capture document, in document order, at most
    /// [`ELEMENTS_PER_DOCUMENT_MAX`](crate::limit::ELEMENTS_PER_DOCUMENT_MAX).
    pub master_data: Vec<Element<'a>>,
}

/// Parses and checks an `EPCISDocument`, an `EPCISQueryDocument` or a bare event.
///
/// # Errors
/// All problems found, at most [`crate::limit::PROBLEMS_MAX`]. Never an empty list.
pub fn parse(bytes: &[u8]) -> Result<CaptureDocument<'_>, Vec<Problem>> {
    parse_into(bytes, None)
}

fn parse_into<'a>(
    bytes: &'a [u8],
    refused: Option<&mut Vec<RefusedEvent>>,
) -> Result<CaptureDocument<'a>, Vec<Problem>> {
    let root = read_json(bytes, JSON_DEPTH_MAX)?;
    match root.get_str("type") {
        Some("EPCISDocument") => read_envelope(root, DocumentKind::Capture, refused),
        Some("EPCISQueryDocument") => read_envelope(root, DocumentKind::Query, refused),
        _ if root.get("epcisBody").is_some() => {
            let detail = "the type of a document is \"EPCISDocument\" or \"EPCISQueryDocument\"";
            Err(vec![Problem { pointer: "/type".into(), code: code::INVALID_DOCUMENT, detail: detail.into() }])
        }
        _ => bare_event(root),
    }
}

/// An event of a document that is not valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedEvent {
    /// Its index in the document, from 0.
    pub index: usize,
    /// Its first problems, at most [`PROBLEMS_PER_REFUSED_EVENT_MAX`]. Never empty.
    pub problems: Vec<Problem>,
}

/// A document of independent events.
#[derive(Debug, Clone)]
pub struct PartialDocument<'a> {
    /// The document with its valid events.
    pub document: CaptureDocument<'a>,
    /// The other events, in document order.
    pub refused: Vec<RefusedEvent>,
}

/// Parses a document as [`parse`] does, but judges each event on its own. A bare event is still refused as a whole.
///
/// # Errors
/// The problems of the envelope.
pub fn parse_each(bytes: &[u8]) -> Result<PartialDocument<'_>, Vec<Problem>> {
    let mut refused = Vec::new();
    let document = parse_into(bytes, Some(&mut refused))?;
    Ok(PartialDocument { document, refused })
}

/// Parses and checks one bare event, which must carry its own `@context`.
///
/// # Errors
/// As [`parse`]. An envelope is refused.
pub fn parse_event(bytes: &[u8]) -> Result<CaptureDocument<'_>, Vec<Problem>> {
    let root = read_json(bytes, JSON_DEPTH_MAX)?;
    if let Some("EPCISDocument" | "EPCISQueryDocument") = root.get_str("type") {
        let detail = "one event is required here; send documents to /epcis/capture";
        return Err(vec![Problem { pointer: "/type".into(), code: code::INVALID_EVENT_TYPE, detail: detail.into() }]);
    }
    bare_event(root)
}

fn read_envelope<'a>(
    mut root: Node<'a>,
    kind: DocumentKind,
    mut refused: Option<&mut Vec<RefusedEvent>>,
) -> Result<CaptureDocument<'a>, Vec<Problem>> {
    let mut problems = Problems::default();
    envelope::check(&root, kind, &mut problems);
    let mut context = read_context(&root, &mut problems);
    if let Some(context) = &mut context {
        read_ignored_fields(&root, context);
    }

    let top = Path::Root;
    let body = top.name("epcisBody");
    let results = body.name("queryResults");
    let results_body = results.name("resultsBody");
    let (list, path) = match kind {
        DocumentKind::Query => (
            root.take_array(&["epcisBody", "queryResults", "resultsBody", "eventList"]),
            results_body.name("eventList"),
        ),
        DocumentKind::Capture | DocumentKind::BareEvent => {
            (root.take_array(&["epcisBody", "eventList"]), body.name("eventList"))
        }
    };
    let Some(list) = list else {
        problems.push(&path, code::INVALID_DOCUMENT, "a list of events is required here");
        return Err(problems.into_vec());
    };
    if list.len() > EVENTS_PER_DOCUMENT_MAX {
        let detail = format!("{} events; a document has at most {EVENTS_PER_DOCUMENT_MAX}", list.len());
        problems.push(&path, code::TOO_MANY_EVENTS, detail);
        return Err(problems.into_vec());
    }
    let Some(context) = context else {
        return Err(problems.into_vec());
    };
    let master_data =
        if kind == DocumentKind::Capture { read_master_data(&mut root, &context, &mut problems) } else { Vec::new() };
    let mut events = Vec::with_capacity(list.len());
    let mut hash_text_bytes = 0_usize;
    for (index, node) in list.into_iter().enumerate() {
        if problems.is_full() {
            break;
        }
        let path = path.index(index);
        let mut own = Problems::default();
        let event = validate::event(node, &context, &path, &mut own);
        if event.as_ref().is_some_and(|event| repeats(event, &context)) {
            let detail = "the context repeats its document's, but a prefix means something else the second time";
            own.push(&path.name("@context"), code::INVALID_CONTEXT, detail);
        }
        if let (Some(refused), false) = (&mut refused, own.is_empty()) {
            let mut problems = own.into_vec();
            problems.truncate(PROBLEMS_PER_REFUSED_EVENT_MAX);
            refused.push(RefusedEvent { index, problems });
            continue;
        }
        problems.append(own);
        let Some(event) = event else { continue };
        let scope = Scope::new(&context, event.context.as_ref());
        hash_text_bytes = hash_text_bytes.saturating_add(text_bytes(&event, scope));
        if hash_text_bytes > HASH_TEXT_BYTES_PER_DOCUMENT_MAX {
            let detail = format!(
                "the events up to this one have hash texts of more than {HASH_TEXT_BYTES_PER_DOCUMENT_MAX} bytes"
            );
            problems.push(&path, code::TOO_MANY_EVENTS, detail);
            break;
        }
        events.push(event);
    }
    problems.into_result(CaptureDocument { kind, context, events, master_data })
}

fn read_master_data<'a>(root: &mut Node<'a>, context: &Context<'_>, problems: &mut Problems) -> Vec<Element<'a>> {
    let names = ["epcisHeader", "epcisMasterData", "vocabularyList"];
    let list = root.take_array(&names).unwrap_or_default();
    let top = Path::Root;
    let [header, data, list_name] = names;
    let header = top.name(header);
    let data = header.name(data);
    master_data::read_list(list, context, &data.name(list_name), problems)
}

/// Whether an event carries its document's context although that changes when it is read twice. The event's record
/// would be that of a bare event, whose context is read once.
fn repeats(event: &Event<'_>, context: &Context<'_>) -> bool {
    event.context.as_ref().is_some_and(|own| own.raw() == context.raw()) && context.changes_when_repeated()
}

/// Reads the `…:ignoreFields` lists at the top level or in `queryResults`, under any prefix. Repositories use them to
/// mark fields that they added to events.
fn read_ignored_fields<'a>(root: &Node<'a>, context: &mut Context<'a>) {
    let results = root.get("epcisBody").and_then(|body| body.get("queryResults"));
    for holder in [Some(root), results].into_iter().flatten() {
        for member in holder.as_object().unwrap_or_default() {
            if member.name.ends_with(":ignoreFields") {
                context.ignore_fields(member.node.as_array().unwrap_or_default());
            }
        }
    }
}

fn bare_event(root: Node<'_>) -> Result<CaptureDocument<'_>, Vec<Problem>> {
    let mut problems = Problems::default();
    if root.as_object().is_none() {
        let detail = format!("a document or event is an object, not {}", root.kind());
        problems.push(&Path::Root, code::INVALID_DOCUMENT, detail);
        return Err(problems.into_vec());
    }
    let Some(context) = read_context(&root, &mut problems) else {
        return Err(problems.into_vec());
    };
    let event = validate::event(root, &context, &Path::Root, &mut problems);
    let events = event.into_iter().collect();
    problems.into_result(CaptureDocument { kind: DocumentKind::BareEvent, context, events, master_data: Vec::new() })
}

fn read_context<'a>(root: &Node<'a>, problems: &mut Problems) -> Option<Context<'a>> {
    let top = Path::Root;
    let path = top.name("@context");
    if let Some(node) = root.get("@context") {
        return Some(Context::read(node, None, &path, problems));
    }
    problems.push(&path, code::MISSING_FIELD, "a document and a bare event carry a \"@context\"");
    None
}
