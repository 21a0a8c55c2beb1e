//! `declare_error`: an error declaration goes on record (EPCIS 2.0 section 7.4.1.2).

use super::{Error, state::record_content};
use crate::{
    block::{Applied, Context, Verdict},
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{Digest, Event, Subject, provenance};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    event: Subject,
    content: Digest,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    if context.subjects.binary_search(&event).is_err() {
        return Ok(Err(Error::SubjectMissing.into()));
    }
    let is_new = record_content(context, event, content, overlay)?;
    let happened =
        if is_new { provenance::Event::ErrorDeclared { event } } else { provenance::Event::Repeated { event } };
    Ok(Ok(Applied { event: Event::Provenance(happened), joins_streams: is_new }))
}
