//! A validator notarises two blocks of one view. A report of both votes convicts it: its bond is split to the last
//! unit, its Servi is lost, its seat is lost at the boundary, and a second report pays nothing.

use crate::world::{BOND, World};
use chain_beacon::{Rejection, Status, servi::Servi};
use chain_types::{
    Epoch, Signature,
    beacon::{Command, Event, Evidence, Offence},
    certificate::{Equivocation, Step},
};

#[test]
fn two_votes_cost_the_bond_once() {
    let mut world = World::new(4);
    world.finish_epoch();
    let evidence = world.equivocation(2);
    let offender = world.beacon.committee().members[2].id;
    let (rewarded, compensated) = (BOND / 10, BOND * 4 / 10);
    let burned = BOND - rewarded - compensated;
    let event = world.report(0, evidence.clone());
    let offence = Offence::Equivocation;
    assert_eq!(
        event,
        Ok(Event::Convicted { validator: offender, offence, slashed: BOND, rewarded, compensated, burned })
    );
    let convicted = world.beacon.registry().get(offender).expect("registered while its offences can be reported");
    assert_eq!((convicted.bond, convicted.servi), (0, Servi::ZERO));
    assert_eq!(world.beacon.believabilities()[2], 0);

    let Evidence::Equivocation(Equivocation { first, second }) = evidence.clone() else {
        panic!("not an equivocation")
    };
    let turned = Evidence::Equivocation(Equivocation { first: second, second: first.clone() });
    let third = Evidence::Equivocation(Equivocation { first, second: world.vote(2, Step::Notarise, 3) });
    for again in [evidence, turned, third] {
        assert_eq!(world.report(1, again), Err(Rejection::Convicted));
    }
    assert_eq!(world.apply(2, &Command::Leave), Err(Rejection::Leaving));
    world.finish_epoch();
    assert_eq!(world.seat_of(2), None);
    assert_eq!(world.beacon.status(offender), Some(Status::Jailed));
    world.finish_epoch();
    assert_eq!(world.beacon.status(offender), None);
}

#[test]
fn a_view_both_nullified_and_finalised_is_an_equivocation_too() {
    let mut world = World::new(4);
    let (first, second) = (world.vote(1, Step::Nullify, 0), world.vote(1, Step::Finalise, 7));
    let evidence = Evidence::Equivocation(Equivocation { first, second });
    assert!(matches!(world.report(0, evidence), Ok(Event::Convicted { .. })));
}

#[test]
fn what_an_honest_validator_signs_convicts_nobody() {
    let mut world = World::new(4);
    let notarise = world.vote(1, Step::Notarise, 1);
    let mut next_view = world.vote(1, Step::Notarise, 2);
    next_view.vote.view = next_view.vote.view.next();
    next_view.signature = world.nodes[1].secret.sign(chain_types::signature::Namespace::VOTE, &next_view.vote.digest());
    let mut forged = world.vote(1, Step::Notarise, 2);
    let Signature::Ed25519(bytes) = &mut forged.signature;
    bytes[0] ^= 1;
    let pairs = [
        (notarise.clone(), notarise.clone()),
        (notarise.clone(), world.vote(1, Step::Finalise, 1)),
        (notarise.clone(), world.vote(1, Step::Nullify, 0)),
        (notarise.clone(), next_view),
        (notarise.clone(), world.vote(2, Step::Notarise, 2)),
        (notarise, forged),
    ];
    for (first, second) in pairs {
        let evidence = Evidence::Equivocation(Equivocation { first, second });
        assert_eq!(world.report(0, evidence), Err(Rejection::EvidenceInvalid));
    }
}

#[test]
fn a_validator_that_reports_itself_is_not_rewarded() {
    let mut world = World::new(4);
    let evidence = world.equivocation(1);
    let Ok(Event::Convicted { rewarded, compensated, .. }) = world.report(1, evidence) else {
        panic!("not a conviction")
    };
    assert_eq!((rewarded, compensated), (0, BOND / 2));
    assert!(world.beacon.registry().validators()[1].servi == Servi::ZERO, "it earns no Servi either");
}

#[test]
fn evidence_counts_one_epoch_longer_and_no_more() {
    let mut world = World::new(4);
    let evidence = [world.equivocation(1), world.equivocation(2)];
    let mut future = world.equivocation(3);
    if let Evidence::Equivocation(pair) = &mut future {
        pair.first.vote.epoch = Epoch(5);
    }
    assert_eq!(world.report(0, future), Err(Rejection::EvidenceAge));
    world.finish_epoch();
    world.report(0, evidence[0].clone()).expect("the epoch after");
    world.finish_epoch();
    assert_eq!(world.report(0, evidence[1].clone()), Err(Rejection::EvidenceAge));
}
