//! Forges parts of snapshots that a Byzantine process serves. Invariant: a receiver must not use a changed part. Only
//! heads, chunks and seen transactions are changed.

use crate::dice::Dice;
use chain_replica::SnapshotPart;
use chain_state::{BUCKETS, Edge, StoredLeaf};
use chain_types::{Digest, FinalBlock, Signature, TimestampMs, TxId};

/// Per mille of the parts of each kind that are forged. Frequent kinds have a low rate, so that a takeover gets far
/// enough to meet every forgery.
pub(super) const fn forged_of_thousand(part: &SnapshotPart) -> u64 {
    match part {
        SnapshotPart::Head { .. } => 250,
        SnapshotPart::Chunk { .. } => 60,
        SnapshotPart::Seen { .. } => 600,
        SnapshotPart::HandOvers { .. } | SnapshotPart::Gone => 0,
    }
}

/// Changes a part, or replaces it by `Gone`.
pub(super) fn forge_part(part: &mut SnapshotPart, dice: &mut Dice) {
    match part {
        _ if dice.chance(50) => *part = SnapshotPart::Gone,
        SnapshotPart::Head { block, .. } => forge_head(block, dice),
        SnapshotPart::Chunk { chunk, .. } => {
            let at = dice.index(chunk.leaves.len());
            match dice.below(7) {
                0 => chunk.leaves.truncate(at),
                1 if !chunk.leaves.is_empty() => {
                    chunk.leaves.remove(at);
                }
                // Claims to be the last chunk.
                2 if chunk.next < BUCKETS => {
                    chunk.next = BUCKETS;
                    chunk.edges.clear();
                }
                3 => chunk.edges.push(Edge::Inner(Digest([7; 32]))),
                4 => {
                    let mut path = chunk.leaves.last().map_or(Digest([9; 32]), |leaf| leaf.path);
                    path.0[31] ^= 1;
                    chunk.leaves.push(StoredLeaf { path, value: Box::from(&b"invented"[..]) });
                }
                _ => match chunk.leaves.get_mut(at) {
                    Some(leaf) => leaf.value = Box::from(&b"changed"[..]),
                    None => chunk.edges.push(Edge::Empty),
                },
            }
        }
        SnapshotPart::Seen { blocks, last, .. } => {
            let at = dice.index(blocks.len());
            let Some((_, time, ids)) = blocks.get_mut(at) else {
                last.0 += 1;
                return;
            };
            match dice.below(5) {
                // A receiver that accepts this time forgets the transactions too early.
                0 => *time = TimestampMs(dice.below(2)),
                1 => {
                    ids.pop();
                }
                2 => ids.extend(ids.first().copied()),
                3 => ids.iter_mut().take(1).for_each(|(id, _)| *id = TxId(Digest([4; 32]))),
                _ => {
                    blocks.remove(at);
                }
            }
        }
        SnapshotPart::HandOvers { .. } | SnapshotPart::Gone => {}
    }
}

fn forge_head(block: &mut FinalBlock, dice: &mut Dice) {
    match dice.below(7) {
        0 => block.header.state_root = Digest([5; 32]),
        // The content is correct, but the signers are no quorum.
        1 | 5 | 6 => block.certificate.signatures.truncate(1),
        2 => {
            // A different state without a valid certificate.
            block.header.state_root = Digest([6; 32]);
            block.certificate.vote.block = block.header.digest();
        }
        3 => block.block.receipts.clear(),
        _ => block.block.transactions.iter_mut().for_each(|one| one.signature = Signature::Ed25519([6; 64])),
    }
}
