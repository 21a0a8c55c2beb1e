//! A dealer signs shares that do not lie on a polynomial of the right degree, so that different holders would
//! reconstruct different secrets. The deal is rejected, and the reporter of it is rewarded from the dealer's bond.

use crate::world::{BOND, World};
use chain_beacon::{Rejection, Standing, randomness::Dealer};
use chain_types::{
    beacon::{Command, Event, Evidence, Offence, SignedDeal},
    signature::Namespace,
};

/// A deal with half of its shares from one secret and half from another.
fn inconsistent(world: &World, dealer: u16) -> SignedDeal {
    let ceremony = world.ceremony();
    let key = &world.nodes[world.node_at(dealer)].secret;
    let other = Dealer::new(&ceremony, dealer, &[1; 32]).deal(&ceremony, dealer, key).expect("every ticket has a key");
    let mut signed = world.deal(dealer);
    signed.deal.commitments[3..].copy_from_slice(&other.deal.commitments[3..]);
    signed.deal.encrypted_shares[3..].copy_from_slice(&other.deal.encrypted_shares[3..]);
    signed.deal.responses[3..].copy_from_slice(&other.deal.responses[3..]);
    signed.signature = key.sign(Namespace::DEAL, &signed.deal.digest());
    signed
}

#[test]
fn an_inconsistent_deal_is_rejected_and_slashed_once() {
    let mut world = World::new(7);
    let bad = inconsistent(&world, 2);
    assert_eq!(world.apply(0, &Command::Deal(Box::new(bad.clone()))), Err(Rejection::DealInvalid));
    let event = world.report(0, Evidence::BadDeal(bad.clone())).expect("it convicts");
    let offender = world.beacon.committee().members[2].id;
    let slashed = BOND / 10;
    let (rewarded, compensated) = (slashed / 10, slashed * 4 / 10);
    let burned = slashed - rewarded - compensated;
    let offence = Offence::BadDeal;
    assert_eq!(event, Event::Convicted { validator: offender, offence, slashed, rewarded, compensated, burned });
    let offender = world.beacon.registry().get(offender).expect("still bonded");
    assert_eq!((offender.bond, offender.standing), (BOND - slashed, Standing::Jailed));
    assert_eq!(world.report(1, Evidence::BadDeal(bad)), Err(Rejection::Convicted));
    assert_eq!(world.report(1, Evidence::BadDeal(inconsistent(&world, 2))), Err(Rejection::Convicted));
}

#[test]
fn a_valid_deal_or_one_that_another_changed_convicts_nobody() {
    let mut world = World::new(7);
    let good = world.deal(2);
    assert_eq!(world.report(0, Evidence::BadDeal(good.clone())), Err(Rejection::EvidenceInvalid));
    let mut framed = good;
    framed.deal.responses.swap(0, 1);
    assert_eq!(
        world.report(0, Evidence::BadDeal(framed.clone())),
        Err(Rejection::EvidenceInvalid),
        "the signature is for the unchanged deal"
    );
    framed.signature = world.nodes[0].secret.sign(Namespace::DEAL, &framed.deal.digest());
    assert_eq!(
        world.report(0, Evidence::BadDeal(framed)),
        Err(Rejection::EvidenceInvalid),
        "another validator signed it"
    );
}
