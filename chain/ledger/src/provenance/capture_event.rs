//! `capture_event`: an EPCIS event goes on record.

use super::{Error, state::record_content};
use crate::{
    block::{Applied, Context, Verdict},
    overlay::Overlay,
    stream,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{Digest, Event, Subject, provenance};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    event: Subject,
    content: Digest,
    exclusive: bool,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    if context.subjects.binary_search(&event).is_err() {
        return Ok(Err(Error::SubjectMissing.into()));
    }
    if exclusive && stream::head(overlay, context.tenant, event)?.count > 0 {
        return Ok(Err(Error::EventExists.into()));
    }
    let is_new = record_content(context, event, content, overlay)?;
    let happened = if is_new { provenance::Event::Captured { event } } else { provenance::Event::Repeated { event } };
    Ok(Ok(Applied { event: Event::Provenance(happened), joins_streams: is_new }))
}
