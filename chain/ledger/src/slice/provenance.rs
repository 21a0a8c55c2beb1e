//! Executes the provenance commands: captures of EPCIS events, error declarations and master data. Invariants: the
//! same content under the same event id is recorded once. An exclusive capture is the first of its id. The stream of an
//! event id holds the event and all its declarations. The stream of an element of master data holds its versions, each
//! with other content than the one before.

mod capture_event;
mod declare_error;
mod record_master_data;
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
        Command::RecordMasterData(command) => record_master_data::execute(context, command, overlay),
    }
}
