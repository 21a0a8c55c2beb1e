//! `enter_epoch`: another shard follows the beacon's shard into its next epoch [P19, epochs]. Invariant: only a
//! hand-over that the ending epoch's beacon committee certified takes effect.

use super::Rejection;
use crate::{
    mutant,
    overlay::Overlay,
    verdict::{Context, Verdict, applied, require},
};
use chain_types::{
    Epoch,
    atomic::BEACON_SHARD,
    beacon::{Event, HandOverKey, HandOverProof},
    state::TypedKey,
};

pub(super) fn execute(context: &Context<'_>, proof: &HandOverProof, overlay: &mut Overlay<'_>) -> Verdict {
    let (present, next) = (context.law.epoch(), proof.hand_over.epoch());
    let slot = HandOverKey(next).slot();
    let is_next = present.0.checked_add(1) == Some(next.0) && !overlay.contains(&slot)?;
    // A deliberately broken variant; the simulator must detect it.
    let is_again = mutant::is(mutant::ENTER_TWICE) && next == present;
    require(is_next || is_again, Rejection::StaleEpoch)?;
    let ended = next.0.checked_sub(1).map(Epoch);
    let committee = ended.and_then(|ended| context.law.validator_set(ended, BEACON_SHARD));
    let is_certified = committee.is_some_and(|set| proof.is_certified_by(context.law.chain_id, set));
    require(is_certified || mutant::is(mutant::TRUST_HAND_OVER), Rejection::HandOverUnproved)?;
    overlay.write(&slot, &proof.hand_over);
    applied(Event::EpochEntered(Box::new(proof.hand_over.clone())))
}
