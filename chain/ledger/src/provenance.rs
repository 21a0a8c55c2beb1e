//! The provenance slice's law: which EPCIS events and error declarations are on record. Invariants: the same content
//! under the same event id is on record once, an exclusive capture is the first of its id, and an event's subject is
//! always among its record's subjects, so the stream of an id holds the event and all its declarations.

mod capture_event;
mod declare_error;
mod error;
mod state;

use crate::{block::Context, block::Verdict, overlay::Overlay};
use chain_state::{LeafReader, ReadFailure};
use chain_types::provenance::Operation;

pub use error::Error;

pub(crate) fn execute<R: LeafReader>(
    context: &Context<'_>,
    operation: &Operation,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    match operation {
        Operation::CaptureEvent { event, content, exclusive } => {
            capture_event::execute(context, *event, *content, *exclusive, overlay)
        }
        Operation::DeclareError { event, content } => declare_error::execute(context, *event, *content, overlay),
    }
}
