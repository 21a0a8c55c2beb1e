//! Step `hand_overs`: checks the chain of committees, beginning with the anchor's [P19, epochs]. Invariant: after the
//! first, a committee is trusted only when a trusted committee before it certified the hand-over.

use super::{
    certificate,
    fault::{Fault, require},
    trusted::Trusted,
};
use crate::{HAND_OVERS_MAX, bundle::HandOverPart};
use chain_types::{
    Digest, Event, Genesis, Receipt, TxId,
    atomic::BEACON_SHARD,
    beacon, codec,
    merkle::leaf_hash,
    record::{count_root, record_leaf},
};

/// Checks the hand-overs in order and adds each to the trusted committees. Hand-overs to epochs before the first
/// trusted one are skipped, since nothing rests on them.
pub(super) fn check<'b>(genesis: &Genesis, parts: &'b [HandOverPart], trusted: &mut Trusted<'b>) -> Result<(), Fault> {
    require(parts.len() <= HAND_OVERS_MAX, &format!("a bundle has at most {HAND_OVERS_MAX} hand-overs"))?;
    let epochs = std::iter::once(genesis.validators.epoch).chain(parts.iter().map(|part| part.hand_over.epoch()));
    require(epochs.is_sorted_by(|left, right| left < right), "the hand-overs are out of order")?;
    let first = trusted.first().epoch();
    for part in parts.iter().skip_while(|part| part.hand_over.epoch() < first) {
        if part.hand_over.epoch() == first {
            require(part.hand_over == *trusted.first(), "the hand-over to the anchor's epoch is not the anchor's")?;
        } else {
            check_decision(part).map_err(Fault::tampered)?;
            certificate::check(&part.block.header, &part.block.certificate, trusted)?;
            trusted.push(&part.hand_over);
        }
    }
    Ok(())
}

/// Checks that the last block of an epoch on the beacon's shard records the hand-over. Does not check the certificate.
pub(crate) fn check_decision(part: &HandOverPart) -> Result<(), &'static str> {
    let (header, hand_over) = (&part.block.header, &part.hand_over);
    if header.epoch.0.checked_add(1) != Some(hand_over.epoch().0) {
        return Err("the hand-over is not to the epoch after its block's");
    }
    if header.shard != BEACON_SHARD {
        return Err("the hand-over is not on the beacon's shard");
    }
    if header.version > hand_over.version {
        return Err("the hand-over goes back to an earlier protocol");
    }
    if header.height != hand_over.height {
        return Err("the hand-over is of another block");
    }
    match records_root(part) {
        None => Err("the path of the hand-over's record does not fit its index and the block's size"),
        Some(root) if root == header.records_root => Ok(()),
        Some(_) => Err("no record of the block decided this hand-over"),
    }
}

/// The records root of a header whose block holds the record that ended the epoch with this hand-over.
fn records_root(part: &HandOverPart) -> Option<Digest> {
    let event = Event::Beacon(beacon::Event::EpochEnded(Box::new(part.hand_over.clone())));
    let receipt = codec::encode(&Receipt::Applied(event));
    let leaf = record_leaf(TxId(part.tx_id), part.index, &part.core, &part.body, &receipt);
    let root = part.path().root(leaf_hash(&leaf.0))?;
    Some(count_root(part.inclusion.size, &root))
}
