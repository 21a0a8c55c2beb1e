//! `capture_event`: records an EPCIS event.

use super::{Rejection, state::record_content};
use crate::{
    overlay::Overlay,
    stream,
    verdict::{Context, Outcome, Verdict, applied, require},
};
use chain_types::provenance::{CaptureEvent, Event};

pub(super) fn execute(context: &Context<'_>, command: &CaptureEvent, overlay: &mut Overlay<'_>) -> Verdict {
    let CaptureEvent { event, content, exclusive } = *command;
    require(context.subjects.binary_search(&event).is_ok(), Rejection::SubjectMissing)?;
    if exclusive {
        let is_first = stream::head(overlay, context.tenant, event)?.count == 0;
        require(is_first, Rejection::EventExists)?;
    }
    if record_content(context, event, content, overlay)? {
        applied(Event::EventCaptured { event })
    } else {
        Ok(Outcome::Repeated)
    }
}
