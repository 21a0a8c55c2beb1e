//! The atomic slice's law: what crosses shards [P20] [P21]. It loads small values, lets `chain-atomic` decide on them, and
//! stores what was decided. Invariant: every step checks before it writes, and what leaves a balance is at once in the
//! outbox or in escrow, never in both and never in neither.

mod acknowledge_outbox;
mod bundle;
mod deliver;
mod leg;
mod observe_beacon;
mod send;

use crate::{
    block::{Applied, Context, Verdict},
    overlay::Overlay,
};
use chain_atomic::Refusal;
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    Event, Height, Rejection,
    atomic::{self, Operation},
    state::StateKey,
};

pub(crate) fn execute<R: LeafReader>(
    context: &Context<'_>,
    operation: &Operation,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    match operation {
        Operation::Send { to, destination, amount } => send::execute(context, *to, *destination, *amount, overlay),
        Operation::Deliver { message, proof } => deliver::execute(context, message, proof, overlay),
        Operation::AcknowledgeOutbox { destination, proof } => {
            acknowledge_outbox::execute(context, *destination, proof, overlay)
        }
        Operation::ObserveBeacon { block } => observe_beacon::execute(context, block, overlay),
        Operation::OpenBundle { bundle } => bundle::open(context, bundle, overlay),
        Operation::LockLeg { opening, leg, proof } => leg::lock(context, (opening, *leg, proof), true, overlay),
        Operation::RefuseLeg { opening, leg, proof } => leg::lock(context, (opening, *leg, proof), false, overlay),
        Operation::ReportLeg { bundle, leg, proof } => bundle::report(context, (*bundle, *leg, proof), overlay),
        Operation::ExpireLeg { bundle, leg, absence, clock } => {
            bundle::expire(context, (*bundle, *leg, absence), clock, overlay)
        }
        Operation::SettleLeg { bundle, leg, proof } => leg::settle(context, (*bundle, *leg, proof), overlay),
        Operation::ForgetLeg { bundle, leg } => leg::forget((*bundle, *leg), overlay),
    }
}

fn applied(event: atomic::Event) -> Applied {
    Applied { event: Event::Atomic(event), joins_streams: true }
}

fn rejected(refusal: Refusal) -> Rejection {
    Rejection::new(&refusal.to_string())
}

/// The greatest beacon height that was shown to this shard.
fn clock<R: LeafReader>(overlay: &mut Overlay<'_, R>) -> Result<Height, ReadFailure> {
    Ok(overlay.read(&StateKey::BeaconHeight.path())?.unwrap_or_default())
}
