//! Executes the provenance commands: captures of EPCIS events and error declarations. Invariants: the same content
//! under the same event id is recorded once. An exclusive capture is the first of its id. The stream of an event id
//! holds the event and all its declarations.

mod capture_event;
mod declare_error;
mod rejection;
mod state;

use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict},
};
use chain_types::provenance::Command;

pub use rejection::Rejection;

pub(crate) fn execute(context: &Context<'_>, command: &Command, overlay: &mut Overlay<'_>) -> Verdict {
    match command {
        Command::CaptureEvent(command) => capture_event::execute(context, command, overlay),
        Command::DeclareError(command) => declare_error::execute(context, command, overlay),
    }
}
