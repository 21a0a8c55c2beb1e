//! Executes the atomic commands: messages [P20] and bundles [P21] between shards, as `chain-atomic` decides. Invariant:
//! every step checks before it writes. An amount that leaves a balance is in exactly one place: the outbox or escrow.

mod acknowledge_outbox;
mod bundle;
mod deliver;
mod leg;
mod send;

use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict, halts},
};
use chain_atomic::{Rejection, participant::Answer};
use chain_types::atomic::Command;

halts!(Rejection);

pub(crate) fn execute(context: &Context<'_>, command: &Command, overlay: &mut Overlay<'_>) -> Verdict {
    match command {
        Command::Send(command) => send::execute(context, command, overlay),
        Command::Deliver(command) => deliver::execute(context, command, overlay),
        Command::AcknowledgeOutbox(command) => acknowledge_outbox::execute(context, command, overlay),
        Command::OpenBundle { bundle } => bundle::open(context, bundle, overlay),
        Command::LockLeg(answer) => leg::answer(context, answer, Answer::Lock, overlay),
        Command::RefuseLeg(answer) => leg::answer(context, answer, Answer::Refuse, overlay),
        Command::ReportLeg(command) => bundle::report(context, command, overlay),
        Command::SettleLeg(command) => leg::settle(context, command, overlay),
        Command::ForgetLeg(command) => leg::forget(context, command, overlay),
    }
}
