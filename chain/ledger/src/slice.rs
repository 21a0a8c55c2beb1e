//! Routes each command to its domain's execution rules (its slice), and collects the slices' rejection codes.
//! Invariant: this is the only file of the crate that names every slice.

pub mod account;
pub(crate) mod atomic;
pub mod beacon;
pub mod native;
pub mod provenance;

use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict},
};
use chain_types::Command;

/// Executes a command by the rules of its slice.
pub(crate) fn execute(context: &Context<'_>, command: &Command, overlay: &mut Overlay<'_>) -> Verdict {
    match command {
        Command::Account(command) => account::execute(context, command, overlay),
        Command::Provenance(command) => provenance::execute(context, command, overlay),
        Command::Native(command) => native::execute(context, command, overlay),
        Command::Atomic(command) => atomic::execute(context, command, overlay),
        Command::Beacon(command) => beacon::execute(context, command, overlay),
    }
}

macro_rules! rejections {
    ($($rejection:path),+ $(,)?) => {
        /// The codes that the slices reject with, each with a sentence for people.
        pub(crate) fn rejections() -> Vec<(&'static str, String)> {
            let mut codes = Vec::new();
            $({
                use $rejection as Slice;
                codes.extend(Slice::ALL.iter().map(|one| (one.code(), one.to_string())));
            })+
            codes
        }
    };
}

rejections! {
    account::Rejection,
    provenance::Rejection,
    native::Rejection,
    chain_atomic::Rejection,
    chain_beacon::Rejection,
}
