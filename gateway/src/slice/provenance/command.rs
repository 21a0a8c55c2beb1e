//! Converts an EPCIS document into ledger commands. Invariant: a document is converted whole or not at all, unless its
//! events are independent. Each valid event becomes one command, in document order; the elements of master data follow.
//! The result depends only on the bytes and the keys.

use super::{
    code,
    source::{Binding, CAPTURE_JSON_FACTOR, Source},
};
use crate::{
    error::ApiError,
    write::{Draft, EntrySealer, Order},
};
use bytes::Bytes;
use chain_seal::SealError;
use chain_types::{Command, Digest, Mode, provenance, stream::kind};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use standards_epcis::{
    context::Context,
    document::{self, DocumentKind, RefusedEvent},
    event::Event,
    extract::index_fields,
    hash::event_hash_id,
    master_data::{self, Element},
    problem::{Problem, quote},
};
use std::collections::BTreeSet;

/// The kind of capture operations.
pub const CAPTURE: &str = "provenance.capture";

/// The maximum size of a capture, in bytes.
pub const CAPTURE_BYTES_MAX: usize = 8 * 1_024 * 1_024;

/// The code of an event that cannot be encrypted.
const UNSEALABLE: &str = "provenance.unsealable";

/// The position of master data in a document.
const MASTER_DATA: &str = "/epcisHeader/epcisMasterData";

/// The expected form of the bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// An `EPCISDocument`, an `EPCISQueryDocument` or one bare event.
    Document,
    /// One bare event whose id must not be recorded yet.
    NewEvent,
}

/// The part of the response that is specific to captures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Captured {
    /// The id of the first event: as sent, or its CBV 2.0 hash id. `None` for a document without valid events.
    pub event_id: Option<String>,
}

/// Creates the order to capture a document. `Mode::Atomic` is the standard's `rollback`, `Mode::Independent` its
/// `proceed`.
pub fn capture(
    body: Bytes,
    binding: Binding,
    shape: Shape,
    mode: Mode,
) -> Order<impl FnOnce(EntrySealer<'_>) -> Result<Draft<Captured>, ApiError> + Send + 'static> {
    Order {
        kind: CAPTURE,
        too_large: &code::DOCUMENT_TOO_LARGE,
        bytes: match binding {
            Binding::Json => body.len(),
            Binding::Xml => body.len().saturating_mul(CAPTURE_JSON_FACTOR),
        },
        draft: move |sealer: EntrySealer<'_>| draft(&body, binding, shape, mode, sealer),
    }
}

/// Parses, validates and encrypts a document. With `Mode::Independent`, an invalid event is refused alone.
///
/// # Errors
/// Every fault that was found.
pub(super) fn draft(
    bytes: &[u8],
    binding: Binding,
    shape: Shape,
    mode: Mode,
    mut sealer: EntrySealer<'_>,
) -> Result<Draft<Captured>, ApiError> {
    let source = Source::read(bytes, binding, mode == Mode::Independent)?;
    let bytes = source.json();
    let (parsed, mut refused) = match (shape, mode) {
        (Shape::NewEvent, _) => (document::parse_event(bytes), Vec::new()),
        (Shape::Document, Mode::Atomic) => (document::parse(bytes), Vec::new()),
        (Shape::Document, Mode::Independent) => match document::parse_each(bytes) {
            Ok(parsed) => (Ok(parsed.document), parsed.refused),
            Err(problems) => (Err(problems), Vec::new()),
        },
    };
    let parsed = parsed.map_err(|problems| source.invalid(problems))?;
    let pointer = match parsed.kind {
        DocumentKind::Capture => "/epcisBody/eventList",
        DocumentKind::Query => "/epcisBody/queryResults/resultsBody/eventList",
        DocumentKind::BareEvent => "",
    };
    let mut event_id = None;
    // The indexes of the events within the document: those that the refused ones leave.
    let taken: BTreeSet<usize> = refused.iter().map(|refused| refused.index).collect();
    let indexes = (0..).filter(|index| !taken.contains(index));
    for (index, event) in indexes.zip(&parsed.events) {
        let record = document::record_of(event, &parsed.context);
        match push(&mut sealer, event, &parsed.context, &record, shape == Shape::NewEvent) {
            Ok(id) => event_id = event_id.or(Some(id)),
            Err(error) => {
                let pointer = if pointer.is_empty() { String::new() } else { format!("{pointer}/{index}") };
                let problems = vec![Problem { pointer, code: UNSEALABLE, detail: error.to_string() }];
                refused.push(RefusedEvent { index, problems });
            }
        }
    }
    for element in &parsed.master_data {
        push_element(&mut sealer, element, &parsed.context).map_err(|error| {
            let detail = format!("{}: {error}", quote(element.id()));
            source.invalid(vec![Problem { pointer: MASTER_DATA.to_owned(), code: UNSEALABLE, detail }])
        })?;
    }
    let pointer = if parsed.events.is_empty() && !parsed.master_data.is_empty() { MASTER_DATA } else { pointer };
    if mode == Mode::Atomic && !refused.is_empty() {
        return Err(source.invalid(refused.into_iter().flat_map(|refused| refused.problems).collect()));
    }
    let refused = source.refused(refused);
    Ok(Draft { entries: sealer.into_entries(), mode, pointer, refused, answer: Captured { event_id } })
}

/// Adds the command of an event and returns the event's id.
fn push(
    sealer: &mut EntrySealer<'_>,
    event: &Event<'_>,
    context: &Context<'_>,
    record: &[u8],
    exclusive: bool,
) -> Result<String, SealError> {
    let fields = index_fields(event, context);
    let event_id = match &fields.event_id {
        Some(id) => id.clone().into_owned(),
        None => event_hash_id(event, context),
    };
    let id_subject = sealer.subject(kind::EVENT, &event_id);
    let mut subjects = vec![id_subject];
    subjects.extend(fields.identifiers.iter().map(|identifier| sealer.subject(kind::EPC, &identifier.canonical)));
    let content = content_digest(sealer, &document::content(event, context, &event_id))?;
    let command = if event.is_error_declaration() {
        provenance::Command::DeclareError(provenance::DeclareError { event: id_subject, content })
    } else {
        provenance::Command::CaptureEvent(provenance::CaptureEvent { event: id_subject, content, exclusive })
    };
    sealer.push(subjects, Command::Provenance(command), record)?;
    Ok(event_id)
}

/// Adds the command of an element of master data.
fn push_element(sealer: &mut EntrySealer<'_>, element: &Element<'_>, context: &Context<'_>) -> Result<(), SealError> {
    let subject = sealer.subject(kind::MASTER_DATA, &element.name());
    let content = content_digest(sealer, &master_data::content(element, context))?;
    let command = provenance::RecordMasterData { element: subject, content };
    let command = Command::Provenance(provenance::Command::RecordMasterData(command));
    sealer.push(vec![subject], command, &master_data::record_of(element, context))
}

/// The tenant's digest of a content. The content can be longer than the document, so it is hashed first.
fn content_digest(sealer: &EntrySealer<'_>, content: &str) -> Result<Digest, SealError> {
    sealer.content_digest(format!("\"{}\"", hex::encode(Sha256::digest(content))).as_bytes())
}
