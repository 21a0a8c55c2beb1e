//! Attacks on a randomness round: revealing before the deals are fixed, dealing afterwards, acting for another
//! validator, repeating a message, replaying messages of an earlier epoch, changing a byte. Each is rejected with its
//! own code and changes nothing.

use crate::world::{BOND, CHAIN, World};
use chain_beacon::{
    Rejection,
    randomness::{Dealer, Phase},
};
use chain_types::{
    ChainId, Digest, Epoch, Signature,
    beacon::{Command, Reveal, SignedDeal},
    signature::Namespace,
};

fn deal(world: &mut World, signed: SignedDeal) -> Result<(), Rejection> {
    world.apply(0, &Command::Deal(Box::new(signed))).map(|_| ())
}

fn reveal(world: &mut World, reveal: Reveal) -> Result<(), Rejection> {
    world.apply(0, &Command::Reveal(Box::new(reveal))).map(|_| ())
}

#[test]
fn no_share_is_taken_before_the_deals_are_fixed_and_no_deal_after() {
    let mut world = World::new(4);
    for dealer in 0..3 {
        world.take_deal(dealer).expect("an honest deal is accepted");
    }
    assert_eq!(world.take_reveal(0), Err(Rejection::Phase));
    world.end_block();
    assert_eq!(world.take_reveal(0), Err(Rejection::Phase), "the last dealing block has not ended");
    world.end_block();
    world.take_reveal(0).expect("the set is fixed");
    assert_eq!(world.take_deal(3), Err(Rejection::Phase));
}

#[test]
fn deals_are_not_fixed_before_more_than_two_thirds_dealt() {
    let mut world = World::new(4);
    for dealer in 0..2 {
        world.take_deal(dealer).expect("an honest deal is accepted");
    }
    for _ in 0..20 {
        assert_eq!(world.end_block(), None);
    }
    assert_eq!(world.beacon.epoch(), Epoch(0), "an epoch does not end without its randomness");
    world.take_deal(2).expect("there is still time");
    world.end_block();
    assert_eq!(*world.beacon.round().phase(), Phase::Revealing);
}

#[test]
fn a_deal_counts_once_from_its_dealer_in_its_epoch_and_chain() {
    let mut world = World::new(4);
    let good = world.deal(1);

    let mut foreign = good.clone();
    foreign.deal.chain_id = ChainId(Digest([1; 32]));
    assert_eq!(deal(&mut world, foreign), Err(Rejection::WrongChain));
    let mut stale = good.clone();
    stale.deal.epoch = Epoch(7);
    assert_eq!(deal(&mut world, stale), Err(Rejection::StaleEpoch));
    let mut stranger = good.clone();
    stranger.deal.dealer = 4;
    assert_eq!(deal(&mut world, stranger), Err(Rejection::NotMember));
    let mut unsigned = good.clone();
    let Signature::Ed25519(bytes) = &mut unsigned.signature;
    bytes[3] ^= 1;
    assert_eq!(deal(&mut world, unsigned), Err(Rejection::DealUnsigned));

    // A copy of another dealer's deal under the thief's own signature is invalid, because its proofs name the dealer.
    let mut stolen = good.clone();
    stolen.deal.dealer = 2;
    stolen.signature = world.nodes[2].secret.sign(Namespace::DEAL, &stolen.deal.digest());
    assert_eq!(deal(&mut world, stolen), Err(Rejection::DealInvalid));

    deal(&mut world, good.clone()).expect("an honest deal is accepted");
    assert_eq!(deal(&mut world, good), Err(Rejection::Duplicate));
}

#[test]
fn any_changed_part_of_a_deal_is_refused() {
    let mut world = World::new(4);
    let good = world.deal(0);
    let other = world.deal(1);
    let changes: [fn(&mut SignedDeal, &SignedDeal); 8] = [
        |deal, other| deal.deal.commitments[1] = other.deal.commitments[1],
        |deal, other| deal.deal.encrypted_shares[1] = other.deal.encrypted_shares[1],
        |deal, other| deal.deal.responses[1] = other.deal.responses[1],
        |deal, other| deal.deal.challenge = other.deal.challenge,
        |deal, _| deal.deal.commitments[0] = [0xff; 32],
        |deal, _| deal.deal.challenge = [0xff; 32],
        |deal, _| deal.deal.responses.truncate(3),
        |deal, _| deal.deal.encrypted_shares.swap(0, 1),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut bad = good.clone();
        change(&mut bad, &other);
        bad.signature = world.nodes[0].secret.sign(Namespace::DEAL, &bad.deal.digest());
        assert_eq!(deal(&mut world, bad), Err(Rejection::DealInvalid), "change {number}");
    }
}

#[test]
fn shares_count_once_from_their_holder_for_these_deals() {
    let mut world = World::new(4);
    world.fix_deals();
    let (good, other) = (world.reveal(1), world.reveal(2));

    let swapped = Reveal { holder: 2, ..good.clone() };
    assert_eq!(
        reveal(&mut world, swapped),
        Err(Rejection::ShareInvalid),
        "one holder's shares under another holder's index"
    );
    let mixed = Reveal { shares: other.shares, ..good.clone() };
    assert_eq!(reveal(&mut world, mixed), Err(Rejection::ShareInvalid));
    let unproved = Reveal { response: other.response, ..good.clone() };
    assert_eq!(reveal(&mut world, unproved), Err(Rejection::ShareInvalid));
    let longer = Reveal { shares: [good.shares.clone(), good.shares.clone()].concat(), ..good.clone() };
    assert_eq!(reveal(&mut world, longer), Err(Rejection::ShareInvalid));
    let stranger = Reveal { holder: 9, ..good.clone() };
    assert_eq!(reveal(&mut world, stranger), Err(Rejection::NotMember));
    let stale = Reveal { epoch: Epoch(1), ..good.clone() };
    assert_eq!(reveal(&mut world, stale), Err(Rejection::StaleEpoch));

    // A key without tickets in this ceremony decrypts nothing.
    let thief = chain_beacon::randomness::RandomnessKey::from_seed(&[99; 32]);
    let aggregate = world.beacon.round().aggregate().clone();
    let forged = aggregate.reveal(&world.ceremony(), 1, &thief).expect("any key can compute a reveal");
    assert_eq!(reveal(&mut world, forged), Err(Rejection::ShareInvalid));

    reveal(&mut world, good.clone()).expect("an honest reveal is accepted");
    assert_eq!(reveal(&mut world, good), Err(Rejection::Duplicate));
}

#[test]
fn messages_of_an_earlier_epoch_are_rejected() {
    let mut world = World::new(4);
    let old_deal = world.deal(0);
    world.fix_deals();
    let old_reveal = world.reveal(0);
    for holder in world.seats() {
        world.take_reveal(holder).expect("an honest reveal is accepted");
    }
    while world.beacon.epoch() == Epoch(0) {
        world.end_block();
    }
    assert_eq!(deal(&mut world, old_deal.clone()), Err(Rejection::StaleEpoch));
    let mut relabelled = old_deal;
    relabelled.deal.epoch = Epoch(1);
    relabelled.signature = world.nodes[0].secret.sign(Namespace::DEAL, &relabelled.deal.digest());
    assert_eq!(deal(&mut world, relabelled), Err(Rejection::DealInvalid));
    world.fix_deals();
    assert_eq!(reveal(&mut world, old_reveal.clone()), Err(Rejection::StaleEpoch));
    let relabelled = Reveal { epoch: Epoch(1), ..old_reveal };
    assert_eq!(reveal(&mut world, relabelled), Err(Rejection::ShareInvalid));
}

#[test]
fn the_same_entropy_gives_one_deal_per_epoch() {
    let mut world = World::new(4);
    let first = world.deal(0);
    assert_eq!(first, world.deal(0));
    world.finish_epoch();
    let ceremony = world.ceremony();
    let second = Dealer::new(&ceremony, 0, &[0x5a; 32])
        .deal(&ceremony, 0, &world.nodes[0].secret)
        .expect("every ticket has a key");
    assert_ne!(first.deal.commitments, second.deal.commitments);
    assert_eq!((second.deal.chain_id, world.beacon.registry().bonds()), (CHAIN, 4 * u128::from(BOND)));
}
