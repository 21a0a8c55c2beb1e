//! Executes the product commands. Invariants: a product has one content for ever, and it is always among its record's
//! subjects.

mod register_product;
mod rejection;
mod state;

use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict},
};
use chain_types::product::Command;

pub use rejection::Rejection;

pub(crate) fn execute(context: &Context<'_>, command: &Command, overlay: &mut Overlay<'_>) -> Verdict {
    match command {
        Command::RegisterProduct(command) => register_product::execute(context, command, overlay),
    }
}
