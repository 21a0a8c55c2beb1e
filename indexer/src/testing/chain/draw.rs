//! Records of EPCIS events. Invariant: a record's command and receipt follow from the outcome that the test names.

use super::TestRecord;
use chain_types::{Command, Digest, EntryCore, Event, Receipt, Rejection, Subject, TenantId, provenance, stream::kind};
use standards_epcis::document::record_document;

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

    pub(super) fn record(&self, tenant: TenantId, index: u32) -> TestRecord {
        let event = Subject::of(tenant, kind::EVENT, &index.to_string(), &[0; 32]);
        let content = Digest::ZERO;
        let command = match self.outcome {
            Outcome::Declared => provenance::Command::DeclareError(provenance::DeclareError { event, content }),
            _ => provenance::Command::CaptureEvent(provenance::CaptureEvent { event, content, exclusive: false }),
        };
        TestRecord {
            core: EntryCore { subjects: vec![event], command: Command::Provenance(command) },
            document: self.document.clone(),
            is_public: self.is_public,
            receipt: receipt(self.outcome),
        }
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
