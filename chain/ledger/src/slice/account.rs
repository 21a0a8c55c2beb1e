//! Executes the account commands: tenants and the keys that may sign for them. Invariants: only the operator registers
//! tenants. A tenant always keeps at least one author. A key of small order is never an author.

mod add_author;
mod register_tenant;
mod rejection;
mod remove_author;

use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict},
};
use chain_types::account::Command;

pub use rejection::Rejection;

pub(crate) fn execute(context: &Context<'_>, command: &Command, overlay: &mut Overlay<'_>) -> Verdict {
    match command {
        Command::RegisterTenant(command) => register_tenant::execute(context, command, overlay),
        Command::AddAuthor(command) => add_author::execute(context, command, overlay),
        Command::RemoveAuthor(command) => remove_author::execute(context, command, overlay),
    }
}
