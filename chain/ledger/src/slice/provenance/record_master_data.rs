//! `record_master_data`: records a version of the master data of a vocabulary element (EPCIS 2.0 section 6.1). Only the
//! newest content counts as repeated, so an element that returns to an earlier content gets a new version. The record
//! has no other subject: streams of events and identifiers hold no master data.

use super::{Rejection, state::renew_content};
use crate::{
    overlay::Overlay,
    verdict::{Context, Outcome, Verdict, applied, require},
};
use chain_types::provenance::{Event, RecordMasterData};

pub(super) fn execute(context: &Context<'_>, command: &RecordMasterData, overlay: &mut Overlay<'_>) -> Verdict {
    let RecordMasterData { element, content } = *command;
    require(context.subjects.binary_search(&element).is_ok(), Rejection::SubjectMissing)?;
    require(context.subjects.len() == 1, Rejection::ForeignSubject)?;
    if renew_content(context, element, content, overlay)? {
        applied(Event::MasterDataRecorded { element })
    } else {
        Ok(Outcome::Repeated)
    }
}
