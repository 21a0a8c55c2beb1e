//! From an EPCIS document to sealed commands of the ledger: a pure function of the bytes, the tenant's keys and one
//! fresh key. Invariant: a document becomes commands whole or not at all, one command per event in document order.

use crate::vault::TenantKeys;
use chain_seal::{SealError, TransactionKey};
use chain_types::{Command, Entry, EntryCore, Subject, TenantId, limit, provenance, stream::kind};
use standards_epcis::{
    context::Context,
    document::{self, DocumentKind},
    event::Event,
    extract::index_fields,
    hash::event_hash_id,
    problem::Problem,
};

/// Bytes that a transaction counts per command besides its core and body.
const COMMAND_OVERHEAD_BYTES: usize = 64;

/// A document without events records nothing.
pub const NO_EVENTS: &str = "provenance.no_events";

/// What the bytes are sent as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// An `EPCISDocument` or `EPCISQueryDocument`, or one bare event.
    Document,
    /// One bare event, the first of its id.
    NewEvent,
}

/// A document as commands.
#[derive(Debug)]
pub struct SealedDocument {
    /// One per event, in document order.
    pub commands: Vec<Entry>,
    /// The id of each event: as sent, or its CBV 2.0 hash id.
    pub event_ids: Vec<String>,
    /// Where the events stand in the document.
    pub pointer: &'static str,
}

/// Why a document did not become commands.
#[derive(Debug)]
pub enum Refusal {
    /// Faults of the document; never empty.
    Problems(Vec<Problem>),
    /// Together its events are larger than a transaction may be.
    TooLarge,
}

/// Reads, checks and seals a document.
///
/// # Errors
/// Every fault found.
pub fn seal_document(
    bytes: &[u8],
    shape: Shape,
    tenant: TenantId,
    keys: &TenantKeys,
    transaction_key: &TransactionKey,
) -> Result<SealedDocument, Refusal> {
    let parsed = match shape {
        Shape::Document => document::parse(bytes),
        Shape::NewEvent => document::parse_event(bytes),
    };
    let parsed = parsed.map_err(Refusal::Problems)?;
    let pointer = match parsed.kind {
        DocumentKind::Capture => "/epcisBody/eventList",
        DocumentKind::Query => "/epcisBody/queryResults/resultsBody/eventList",
        DocumentKind::BareEvent => "",
    };
    if parsed.events.is_empty() {
        let detail = "the document has no events".to_owned();
        return Err(Refusal::Problems(vec![Problem { pointer: pointer.to_owned(), code: NO_EVENTS, detail }]));
    }
    let mut sealed = SealedDocument {
        commands: Vec::with_capacity(parsed.events.len()),
        event_ids: Vec::with_capacity(parsed.events.len()),
        pointer,
    };
    let mut problems = Vec::new();
    for (index, event) in (0_u32..).zip(&parsed.events) {
        let sealer = Sealer { tenant, keys, exclusive: shape == Shape::NewEvent };
        let record = document::record_document(parsed.context.raw(), event.raw());
        match sealer.command(event, &parsed.context, &record, &transaction_key.record_key(index)) {
            Ok((event_id, command)) => {
                sealed.event_ids.push(event_id);
                sealed.commands.push(command);
            }
            Err(error) => {
                let pointer = if pointer.is_empty() { String::new() } else { format!("{pointer}/{index}") };
                problems.push(Problem { pointer, code: "provenance.unsealable", detail: error.to_string() });
            }
        }
    }
    if !problems.is_empty() {
        return Err(Refusal::Problems(problems));
    }
    if transaction_bytes(&sealed.commands) > limit::TRANSACTION_BYTES_MAX { Err(Refusal::TooLarge) } else { Ok(sealed) }
}

struct Sealer<'k> {
    tenant: TenantId,
    keys: &'k TenantKeys,
    exclusive: bool,
}

impl Sealer<'_> {
    fn command(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        record: &[u8],
        key: &chain_seal::RecordKey,
    ) -> Result<(String, Entry), SealError> {
        let fields = index_fields(event, context);
        let event_id = match &fields.event_id {
            Some(id) => id.clone().into_owned(),
            None => event_hash_id(event, context),
        };
        let subject = |kind: &str, id: &str| self.keys.subject.subject(self.tenant, kind, id);
        let id_subject = subject(kind::EVENT, &event_id);
        let mut subjects: Vec<Subject> = Vec::with_capacity(fields.identifiers.len() + 1);
        subjects.push(id_subject);
        subjects.extend(fields.identifiers.iter().map(|identifier| subject(kind::EPC, &identifier.canonical)));
        // One identifier may stand in several lists of the event.
        subjects.sort_unstable();
        subjects.dedup();
        let content = self.keys.subject.content_digest(record)?;
        let command = if event.is_error_declaration() {
            provenance::Command::DeclareError(provenance::DeclareError { event: id_subject, content })
        } else {
            provenance::Command::CaptureEvent(provenance::CaptureEvent {
                event: id_subject,
                content,
                exclusive: self.exclusive,
            })
        };
        let core = EntryCore { subjects, command: Command::Provenance(command) };
        Ok((event_id, Entry { core, body: chain_seal::seal(record, key)? }))
    }
}

/// An upper estimate of the encoded size, as the ledger makes it.
fn transaction_bytes(commands: &[Entry]) -> usize {
    let command = |command: &Entry| {
        // A subject and a digest are 32 bytes; the rest of a core is a few.
        command.core.subjects.len() * 32 + 96 + command.body.len() + COMMAND_OVERHEAD_BYTES
    };
    256 + commands.iter().map(command).sum::<usize>()
}
