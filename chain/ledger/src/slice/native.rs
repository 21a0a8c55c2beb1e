//! Executes the native commands: token balances on this shard [P23, the token]. Invariant: each command takes from one
//! balance exactly what it adds to another. A balance never goes below zero.

mod grant;
mod rejection;
mod state;
mod transfer;

use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict},
};
use chain_types::native::Command;

pub use rejection::Rejection;
pub(crate) use state::{balance, has_account, set_balance};

pub(crate) fn execute(context: &Context<'_>, command: &Command, overlay: &mut Overlay<'_>) -> Verdict {
    match command {
        Command::Transfer(command) => transfer::execute(context, command, overlay),
        Command::Grant(command) => grant::execute(context, command, overlay),
    }
}
