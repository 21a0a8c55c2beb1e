//! Step `hand_overs`: each committee was certified by the one that was trusted before it [P19].

use super::{
    certificate,
    fault::{Fault, require},
    trusted::Trusted,
};
use crate::{HAND_OVERS_MAX, bundle::HandOverPart};
use chain_types::{
    Event, Receipt, TxId,
    atomic::BEACON_SHARD,
    beacon, codec,
    merkle::leaf_hash,
    record::{count_root, record_leaf},
};

/// Takes the hand-overs in their order; each is believed from then on.
pub(super) fn check<'b>(parts: &'b [HandOverPart], trusted: &mut Trusted<'b>) -> Result<(), Fault> {
    require(parts.len() <= HAND_OVERS_MAX, &format!("a bundle has at most {HAND_OVERS_MAX} hand-overs"))?;
    let epochs = std::iter::once(trusted.last().epoch()).chain(parts.iter().map(|part| part.hand_over.epoch()));
    require(epochs.is_sorted_by(|left, right| left < right), "the hand-overs are out of order")?;
    for part in parts {
        check_one(part, trusted)?;
        trusted.push(&part.hand_over);
    }
    Ok(())
}

fn check_one(part: &HandOverPart, trusted: &Trusted<'_>) -> Result<(), Fault> {
    let (header, hand_over) = (&part.block.header, &part.hand_over);
    require(
        header.epoch.0.checked_add(1) == Some(hand_over.epoch().0),
        "the hand-over is not to the epoch after its block's",
    )?;
    require(header.shard == BEACON_SHARD, "the hand-over is not on the beacon's shard")?;
    require(header.height == hand_over.height, "the hand-over is of another block")?;
    check_record(part)?;
    certificate::check(&part.block, trusted).map(|_| ())
}

/// The block holds a record whose receipt is that the epoch ended with this hand-over.
fn check_record(part: &HandOverPart) -> Result<(), Fault> {
    let event = Event::Beacon(beacon::Event::EpochEnded(Box::new(part.hand_over.clone())));
    let receipt = codec::encode(&Receipt::Applied { events: vec![event] });
    let leaf = record_leaf(TxId(part.tx_id), part.index, &part.core, &part.body, &receipt);
    let root = part.path().root(leaf_hash(&leaf.0)).map(|root| count_root(part.inclusion.size, &root));
    require(root.is_some(), "the path of the hand-over's record does not fit its index and the block's size")?;
    require(root == Some(part.block.header.records_root), "no record of the block decided this hand-over")
}
