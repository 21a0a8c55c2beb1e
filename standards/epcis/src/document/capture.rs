//! Parses the envelope around events: `EPCISDocument`, `EPCISQueryDocument` or a bare event (EPCIS 2.0 JSON binding).
//! Invariant: a document is accepted as a whole or refused as a whole. A refusal lists all problems found, up to the
//! limit.

use crate::{
    context::Context,
    event::Event,
    json::{self, ErrorKind, Node, ParseError},
    limit::{EVENTS_PER_DOCUMENT_MAX, JSON_DEPTH_MAX},
    problem::{Path, Problem, Problems, code, quote},
    timestamp::Timestamp,
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
        Some("EPCISDocument") => envelope(root, DocumentKind::Capture, refused),
        Some("EPCISQueryDocument") => envelope(root, DocumentKind::Query, refused),
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
    /// Its problems. Never empty.
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
    bare_event(read_json(bytes, JSON_DEPTH_MAX)?)
}

/// Parses `bytes` as JSON. The error is a list of one problem.
pub(crate) fn read_json(bytes: &[u8], depth_max: usize) -> Result<Node<'_>, Vec<Problem>> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let (line, column) = line_and_column(bytes, error.valid_up_to());
        vec![Problem {
            pointer: String::new(),
            code: code::MALFORMED_JSON,
            detail: format!("not UTF-8 at line {line} column {column}"),
        }]
    })?;
    json::parse(text, depth_max).map_err(|error| vec![json_problem(bytes, error, depth_max)])
}

fn json_problem(bytes: &[u8], error: ParseError, depth_max: usize) -> Problem {
    let (line, column) = line_and_column(bytes, error.offset);
    let (code, detail) = match error.kind {
        ErrorKind::Malformed(expected) => {
            (code::MALFORMED_JSON, format!("expected {expected} at line {line} column {column}"))
        }
        ErrorKind::TooDeep => (
            code::JSON_TOO_DEEP,
            format!("arrays and objects nest deeper than {depth_max} at line {line} column {column}"),
        ),
        ErrorKind::DuplicateKey(name) => {
            (code::DUPLICATE_KEY, format!("the member {} is given twice in one object", quote(&name)))
        }
        ErrorKind::Number(reason) => (code::NUMBER_OUT_OF_RANGE, reason.to_string()),
    };
    Problem { pointer: error.pointer, code, detail }
}

/// The line and column of a byte offset, both from 1. The column counts bytes.
fn line_and_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let lines = before.split(|byte| *byte == b'\n');
    let (line, last) = lines.enumerate().last().unwrap_or_default();
    (line + 1, last.len() + 1)
}

fn envelope<'a>(
    mut root: Node<'a>,
    kind: DocumentKind,
    mut refused: Option<&mut Vec<RefusedEvent>>,
) -> Result<CaptureDocument<'a>, Vec<Problem>> {
    let mut problems = Problems::default();
    let is_version = |text: &str| text.starts_with("2.");
    let is_time = |text: &str| Timestamp::parse(text).is_some();
    require_text(&root, "schemaVersion", &mut problems, is_version, "a 2.x version");
    require_text(&root, "creationDate", &mut problems, is_time, "a time with a zone");
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
    let mut events = Vec::with_capacity(list.len());
    for (index, node) in list.into_iter().enumerate() {
        if problems.is_full() {
            break;
        }
        let mut own = Problems::default();
        let found = validate::event(node, &context, &path.index(index), &mut own);
        match &mut refused {
            Some(refused) if !own.is_empty() => refused.push(RefusedEvent { index, problems: own.into_vec() }),
            _ => {
                problems.append(own);
                events.extend(found);
            }
        }
    }
    problems.into_result(CaptureDocument { kind, context, events })
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
    problems.into_result(CaptureDocument { kind: DocumentKind::BareEvent, context, events })
}

fn read_context<'a>(root: &Node<'a>, problems: &mut Problems) -> Option<Context<'a>> {
    let top = Path::Root;
    let path = top.name("@context");
    if let Some(node) = root.get("@context") {
        return Some(Context::read(node, &path, problems));
    }
    problems.push(&path, code::MISSING_FIELD, "a document and a bare event carry a \"@context\"");
    None
}

fn require_text(root: &Node<'_>, name: &str, problems: &mut Problems, is_valid: fn(&str) -> bool, words: &str) {
    let top = Path::Root;
    let path = top.name(name);
    match root.get(name) {
        None => problems.push(&path, code::MISSING_FIELD, format!("a document states its {name}")),
        Some(node) if node.as_str().is_some_and(is_valid) => {}
        Some(node) => {
            problems.push(&path, code::INVALID_DOCUMENT, format!("{name} is {words}, not {}", quote(node.raw)));
        }
    }
}
