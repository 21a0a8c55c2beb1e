//! Validators vote as the protocol allows, and deal and reveal honestly. Every pair of their votes, every deal and
//! every changed deal is reported as evidence, and nobody is convicted. With one forbidden vote among them, exactly its
//! signer is convicted.

use crate::world::World;
use chain_beacon::Rejection;
use chain_types::{
    Digest, View,
    beacon::{Event, Evidence},
    certificate::{Equivocation, SignedVote, Step},
    signature::Namespace,
};
use proptest::{collection::vec, prelude::*};

/// The votes that an honest validator may cast in one view: at most one notarised block, then finalise or nullify,
/// never both.
const LAWFUL: [&[Step]; 6] = [
    &[],
    &[Step::Notarise],
    &[Step::Notarise, Step::Finalise],
    &[Step::Notarise, Step::Nullify],
    &[Step::Nullify],
    &[Step::Propose, Step::Notarise, Step::Finalise],
];

fn votes(world: &World, node: usize, views: &[(usize, u8)]) -> Vec<SignedVote> {
    let mut votes = Vec::new();
    for (view, (way, block)) in (0..).zip(views) {
        for step in LAWFUL[*way] {
            let mut signed = world.vote(node, *step, *block);
            signed.vote.view = View(view);
            if *step == Step::Nullify {
                signed.vote.block = Digest::ZERO;
            }
            signed.signature = world.nodes[node].secret.sign(Namespace::VOTE, &signed.vote.digest());
            votes.push(signed);
        }
    }
    votes
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]
    #[test]
    fn no_pair_of_lawful_votes_convicts(
        histories in vec(vec((0_usize..LAWFUL.len(), 1_u8..4), 3), 2), offender in 0_usize..2,
    ) {
        let mut world = World::new(4);
        let mut all: Vec<SignedVote> =
            histories.iter().enumerate().flat_map(|(node, views)| votes(&world, node, views)).collect();
        for first in &all {
            for second in &all {
                let evidence = Evidence::Equivocation(Equivocation { first: first.clone(), second: second.clone() });
                prop_assert_eq!(world.report(3, evidence), Err(Rejection::EvidenceInvalid));
            }
        }
        let unlawful = world.vote(offender, Step::Finalise, 9);
        all.push(world.vote(offender, Step::Finalise, 8));
        let seat = unlawful.signer;
        let convicted = all.iter().filter_map(|first| {
            let pair = Equivocation { first: first.clone(), second: unlawful.clone() };
            world.report(3, Evidence::Equivocation(pair)).ok()
        });
        let convicted: Vec<Event> = convicted.collect();
        let id = world.beacon.committee().members[usize::from(seat)].id;
        prop_assert!(
            matches!(convicted.as_slice(), [Event::Convicted { validator, .. }] if *validator == id),
            "exactly the offender is convicted, once"
        );
    }

    #[test]
    fn no_deal_that_its_dealer_did_not_sign_convicts(dealer in 0_u16..4, place in 0_usize..3, bit in 0_usize..256) {
        let mut world = World::new(4);
        let mut deal = world.deal(dealer);
        prop_assert_eq!(world.report(0, Evidence::BadDeal(deal.clone())), Err(Rejection::EvidenceInvalid));
        let lists = [&mut deal.deal.commitments, &mut deal.deal.encrypted_shares, &mut deal.deal.responses];
        lists.into_iter().nth(place).expect("three lists")[0][bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(world.report(0, Evidence::BadDeal(deal)), Err(Rejection::EvidenceInvalid));
    }
}
