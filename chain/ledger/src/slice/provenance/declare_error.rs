//! `declare_error`: records an error declaration (EPCIS 2.0 section 7.4.1.2).

use super::{Rejection, state::record_content};
use crate::{
    overlay::Overlay,
    verdict::{Context, Outcome, Verdict, applied, require},
};
use chain_types::provenance::{DeclareError, Event};

pub(super) fn execute(context: &Context<'_>, command: &DeclareError, overlay: &mut Overlay<'_>) -> Verdict {
    let DeclareError { event, content } = *command;
    require(context.subjects.binary_search(&event).is_ok(), Rejection::SubjectMissing)?;
    if record_content(context, event, content, overlay)? {
        applied(Event::ErrorDeclared { event })
    } else {
        Ok(Outcome::Repeated)
    }
}
