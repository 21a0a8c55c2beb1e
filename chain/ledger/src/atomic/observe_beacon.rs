//! `observe_beacon`: this shard learns how high the beacon shard is, by which deadlines are judged.

use super::{applied, clock, rejected};
use crate::{
    block::{Context, Verdict},
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    atomic::{CertifiedHeader, Event},
    state::StateKey,
};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    block: &CertifiedHeader,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let height = match chain_atomic::clock::observe(context.law.place(), clock(overlay)?, block) {
        Ok(height) => height,
        Err(refusal) => return Ok(Err(rejected(refusal))),
    };
    overlay.write(&StateKey::BeaconHeight.path(), &height);
    Ok(Ok(applied(Event::BeaconObserved { height })))
}
