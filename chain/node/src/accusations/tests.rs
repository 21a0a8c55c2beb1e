//! Tests of the kept accusations: one for each offence, a maximum, and none that is settled.

use super::*;
use chain_types::{
    ChainId, Height, SecretKey, ShardId, SignedVote, View, Vote,
    certificate::{Equivocation, Step},
    signature::Namespace,
};

/// Evidence that a validator voted for two blocks of one view.
pub(crate) fn equivocation(signer: u16, epoch: u64, height: u64) -> Evidence {
    let signed = |block: u8| {
        let vote = Vote {
            chain_id: ChainId(Digest([7; 32])),
            shard: ShardId(0),
            epoch: Epoch(epoch),
            height: Height(height),
            view: View(0),
            step: Step::Notarise,
            block: Digest([block; 32]),
        };
        let signature = SecretKey::from_seed(&[1; 32]).sign(Namespace::VOTE, &vote.digest());
        SignedVote { vote, signer, signature }
    };
    Evidence::Equivocation(Equivocation { first: signed(1), second: signed(2) })
}

/// A validator that equivocates at every height must not displace the evidence against another one.
#[test]
fn one_piece_is_kept_for_each_offence_of_a_validator_in_an_epoch() {
    let mut kept = Accusations::default();
    kept.add(equivocation(1, 0, 5));
    for height in 0..200 {
        kept.add(equivocation(0, 0, height));
    }
    kept.add(equivocation(0, 1, 5));
    assert_eq!(kept.all(), [equivocation(1, 0, 5), equivocation(0, 0, 0), equivocation(0, 1, 5)]);
}

#[test]
fn settled_evidence_makes_room_and_the_oldest_is_dropped_beyond_the_maximum() {
    let mut kept = Accusations::default();
    let number = |at: usize| u64::try_from(at).expect("few");
    for at in 0..ACCUSATIONS_MAX {
        kept.add(equivocation(0, number(at), 1));
    }
    assert_eq!(kept.all().len(), ACCUSATIONS_MAX);
    kept.drop_settled(&BTreeSet::from([digest(&equivocation(0, 3, 1)), digest(&equivocation(0, 9_999, 1))]));
    assert_eq!(kept.all().len(), ACCUSATIONS_MAX - 1);
    kept.add(equivocation(0, number(ACCUSATIONS_MAX), 1));
    assert_eq!(kept.all().first(), Some(&equivocation(0, 0, 1)), "there was room");
    kept.add(equivocation(0, number(ACCUSATIONS_MAX) + 1, 1));
    let all = kept.all();
    assert_eq!((all.len(), all.first()), (ACCUSATIONS_MAX, Some(&equivocation(0, 1, 1))), "one more than the maximum");
}
