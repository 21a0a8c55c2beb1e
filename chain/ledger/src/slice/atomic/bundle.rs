//! The coordinator's commands of a two-phase commit: `open_bundle`, `report_leg`. A bundle is an atomic transaction
//! across shards; a leg is its part on one shard. Invariant: only the record of the bundle changes.

use super::Rejection;
use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict, applied, require},
};
use chain_atomic::coordinator;
use chain_types::{
    atomic::{Bundle, BundleKey, BundlePhase, BundleRecord, Event, ReportLeg},
    state::TypedKey,
};

pub(super) fn open(context: &Context<'_>, bundle: &Bundle, overlay: &mut Overlay<'_>) -> Verdict {
    let opening = coordinator::open(context.law.place(), context.time, context.tx_id, bundle)?;
    let bundle = opening.id();
    let slot = BundleKey(bundle).slot();
    require(!overlay.contains(&slot)?, Rejection::BundleExists)?;
    overlay.write(&slot, &BundleRecord { opening, phase: BundlePhase::Open { prepared: 0 } });
    applied(Event::BundleOpened { bundle })
}

pub(super) fn report(context: &Context<'_>, command: &ReportLeg, overlay: &mut Overlay<'_>) -> Verdict {
    let ReportLeg { bundle, leg, proof } = command;
    let (bundle, leg) = (*bundle, *leg);
    let slot = BundleKey(bundle).slot();
    let record = overlay.read(&slot)?.ok_or(Rejection::UnknownBundle)?;
    let phase = coordinator::report(context.law.place(), &record, leg, proof)?;
    overlay.write(&slot, &BundleRecord { phase, ..record });
    applied(match phase {
        BundlePhase::Open { .. } => Event::LegReported { bundle, leg },
        BundlePhase::Decided(decision) => Event::BundleDecided { bundle, decision },
    })
}
