//! The coordinator's commands: `open_bundle`, `report_leg`, `expire_leg`.

use super::{applied, clock, rejected};
use crate::{
    block::{Context, Verdict},
    overlay::Overlay,
};
use chain_atomic::{Refusal, coordinator};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    atomic::{Bundle, BundleId, BundlePhase, BundleRecord, Event, Proof},
    state::{StateKey, StateProof},
};

pub(super) fn open<R: LeafReader>(
    context: &Context<'_>,
    bundle: &Bundle,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let opening = match coordinator::open(context.law.place(), clock(overlay)?, context.tx_id, bundle) {
        Ok(opening) => opening,
        Err(refusal) => return Ok(Err(rejected(refusal))),
    };
    let bundle = opening.id();
    let path = StateKey::Bundle(bundle).path();
    if overlay.contains(&path)? {
        return Ok(Err(rejected(Refusal::BundleExists)));
    }
    overlay.write(&path, &BundleRecord { opening, phase: BundlePhase::Open { prepared: 0 } });
    Ok(Ok(applied(Event::BundleOpened { bundle })))
}

pub(super) fn report<R: LeafReader>(
    context: &Context<'_>,
    (bundle, leg, proof): (BundleId, u8, &Proof),
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    step(bundle, leg, overlay, |record| coordinator::report(context.law.place(), record, leg, proof))
}

pub(super) fn expire<R: LeafReader>(
    context: &Context<'_>,
    (bundle, leg, absence): (BundleId, u8, &Proof),
    clock: &StateProof,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    step(bundle, leg, overlay, |record| coordinator::expire(context.law.place(), record, leg, absence, clock))
}

fn step<R: LeafReader>(
    bundle: BundleId,
    leg: u8,
    overlay: &mut Overlay<'_, R>,
    decide: impl FnOnce(&BundleRecord) -> Result<BundlePhase, Refusal>,
) -> Result<Verdict, ReadFailure> {
    let path = StateKey::Bundle(bundle).path();
    let Some(record) = overlay.read::<BundleRecord>(&path)? else {
        return Ok(Err(rejected(Refusal::UnknownBundle)));
    };
    let phase = match decide(&record) {
        Ok(phase) => phase,
        Err(refusal) => return Ok(Err(rejected(refusal))),
    };
    overlay.write(&path, &BundleRecord { phase, ..record });
    let event = match phase {
        BundlePhase::Open { .. } => Event::LegReported { bundle, leg },
        BundlePhase::Decided(decision) => Event::BundleDecided { bundle, decision },
    };
    Ok(Ok(applied(event)))
}
