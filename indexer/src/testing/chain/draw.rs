//! Records of EPCIS events. Invariant: a record's command and receipt follow from the outcome that the test names.

use super::{SUBJECT_KEY, TestRecord};
use chain_types::{
    Command, Digest, EntryCore, Event, Receipt, Rejection, Subject, TenantId, limit::SUBJECTS_PER_RECORD_MAX,
    provenance, stream::kind,
};
use standards_epcis::{
    document::{read_record, record_document},
    extract::index_fields,
};

/// The context of every test event.
pub(crate) const CONTEXT: &str =
    r#"["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"ex":"https://ex.org/"}]"#;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Captured,
    Declared,
    Repeated,
    Rejected,
}

/// The document and the outcome of a record.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    pub(crate) document: Vec<u8>,
    pub(crate) outcome: Outcome,
    pub(crate) is_public: bool,
}

impl Draw {
    /// A sealed record of a captured event.
    pub(crate) fn event(event: &str) -> Self {
        Self { document: record_document(CONTEXT, event), outcome: Outcome::Captured, is_public: false }
    }

    /// The subject of the event's id is that of the record's index.
    pub(crate) fn record(&self, tenant: TenantId, index: u32) -> TestRecord {
        let event = Subject::of(tenant, kind::EVENT, &index.to_string(), &[0; 32]);
        let mut subjects = self.identifiers(tenant);
        subjects.push(event);
        subjects.sort_unstable();
        subjects.dedup();
        let content = Digest::ZERO;
        let command = match self.outcome {
            Outcome::Declared => provenance::Command::DeclareError(provenance::DeclareError { event, content }),
            _ => provenance::Command::CaptureEvent(provenance::CaptureEvent { event, content, exclusive: false }),
        };
        TestRecord {
            core: EntryCore { subjects, command: Command::Provenance(command) },
            document: self.document.clone(),
            is_public: self.is_public,
            receipt: receipt(self.outcome),
        }
    }

    /// The subjects of the event's identifiers, as many as one record may have.
    fn identifiers(&self, tenant: TenantId) -> Vec<Subject> {
        let Ok(content) = read_record(&self.document) else { return Vec::new() };
        let fields = index_fields(&content.event, &content.context);
        let subjects = fields.identifiers.iter().map(|it| SUBJECT_KEY.subject(tenant, kind::EPC, &it.canonical));
        subjects.take(SUBJECTS_PER_RECORD_MAX - 1).collect()
    }
}

fn receipt(outcome: Outcome) -> Receipt {
    let event = Subject(Digest::ZERO);
    let event = match outcome {
        Outcome::Captured => provenance::Event::EventCaptured { event },
        Outcome::Declared => provenance::Event::ErrorDeclared { event },
        Outcome::Repeated => return Receipt::Repeated,
        Outcome::Rejected => return Receipt::Rejected(Rejection::new("provenance.event_exists")),
    };
    Receipt::Applied(Event::Provenance(event))
}
