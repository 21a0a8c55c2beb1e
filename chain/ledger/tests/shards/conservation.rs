//! An auditor reads only the blocks of all shards. The order of reading the shards does not matter: the supply is the
//! same at every cut that holds the cause of each effect. Any other cut is reported as inconsistent, and a chain that
//! mints, pays twice or decides twice is reported as faulty.

use crate::{
    deal::{Deal, leg, legs},
    world::{A, ANNA, B, BERT, C, NOBODY, World},
};
use chain_atomic::audit::{Audit, Fault};
use chain_types::{
    Command, Event, FinalBlock, Receipt, ShardId, TenantId,
    atomic::{self, Command as Crossing, Decision, Payload},
    native::{self, Amount, SUPPLY},
};

type Wanted = fn(&atomic::Event) -> bool;

fn send(to: TenantId, destination: ShardId, amount: u64) -> Command {
    Command::Atomic(Crossing::Send(atomic::Send { to, destination, amount: Amount(amount) }))
}

/// A chain with a bounce, a committed bundle, an aborted one, and messages and escrow still pending.
fn busy() -> World {
    let mut world = World::with_money();
    world.applied(B, ANNA, send(NOBODY, C, 40));
    let astray = world.deliver(B, C, 1);
    world.applied(C, BERT, astray);
    let refused = Deal::open(&mut world, vec![leg(A, ANNA, BERT, 7), leg(B, BERT, ANNA, 6)], 50, 1);
    refused.lock_now(&mut world, 0);
    let refuse = refused.refuse(&mut world, 1);
    world.applied(B, BERT, refuse);
    refused.report_now(&mut world, 1);
    refused.settle_now(&mut world, 0);
    let deal = Deal::open(&mut world, legs(), 50, 1);
    for leg in deal.legs() {
        deal.lock_now(&mut world, leg);
    }
    for leg in deal.legs() {
        deal.report_now(&mut world, leg);
    }
    for leg in deal.legs() {
        deal.settle_now(&mut world, leg);
    }
    let open = Deal::open(&mut world, vec![leg(A, ANNA, BERT, 9), leg(C, BERT, ANNA, 8)], 50, 1);
    open.lock_now(&mut world, 1);
    world.applied(C, ANNA, send(BERT, A, 3));
    world
}

fn replay<'b>(blocks: impl IntoIterator<Item = &'b FinalBlock>) -> Result<Audit, Fault> {
    let mut audit = Audit::new(&World::new().genesis);
    blocks.into_iter().try_for_each(|block| audit.apply(block))?;
    Ok(audit)
}

#[test]
fn the_order_in_which_shards_are_read_does_not_matter() {
    let world = busy();
    let totals = world.totals();
    assert_eq!((totals.escrow, totals.in_transit), (8, 43));
    for order in [[A, B, C], [A, C, B], [B, A, C], [B, C, A], [C, A, B], [C, B, A]] {
        let audit = replay(order.iter().flat_map(|shard| world.blocks(*shard))).expect("the blocks add up");
        assert_eq!(audit.totals(), Ok(totals));
    }
}

#[test]
fn every_cut_adds_up_or_is_reported_as_inconsistent() {
    let world = busy();
    let [on_a, on_b, on_c] = [A, B, C].map(|shard| world.blocks(shard));
    let mut inconsistent = 0;
    for a in 0..=on_a.len() {
        for b in (0..=on_b.len()).step_by(2) {
            for c in (0..=on_c.len()).step_by(2) {
                let blocks = on_a[..a].iter().chain(&on_b[..b]).chain(&on_c[..c]);
                match replay(blocks).map(|audit| audit.totals()) {
                    Ok(Ok(totals)) => assert_eq!(totals.sum(), u128::from(SUPPLY.0), "{a} {b} {c}"),
                    Ok(Err(fault)) => {
                        assert_eq!(fault, Fault::Cut, "{a} {b} {c}");
                        inconsistent += 1;
                    }
                    Err(fault) => panic!("{fault} at {a} {b} {c}"),
                }
            }
        }
    }
    assert!(inconsistent > 0, "some cuts hold an effect without its cause");
}

/// Audits the blocks of a busy chain after changing one of them.
fn with_changed(
    find: impl Fn(&Command, &Event) -> bool,
    change: impl Fn(&mut Command, &mut Event),
) -> Result<Audit, Fault> {
    let world = busy();
    let mut blocks: Vec<_> = [A, B, C].into_iter().flat_map(|shard| world.blocks(shard).to_vec()).collect();
    let changed = blocks.iter_mut().filter_map(|block| {
        let entry = block.block.transactions.first_mut()?.entries.first_mut()?;
        let Receipt::Applied(event) = block.block.receipts.first_mut()? else { return None };
        Some((&mut entry.core.command, event))
    });
    let (command, event) = changed.into_iter().filter(|(o, e)| find(o, e)).last().expect("there is such a command");
    change(command, event);
    replay(&blocks)
}

#[test]
fn a_grant_of_more_than_the_treasury_holds_does_not_add_up() {
    let found = with_changed(
        |command, _| matches!(command, Command::Native(native::Command::Grant(_))),
        |command, _| {
            *command = Command::Native(native::Command::Grant(native::Grant { to: ANNA, amount: Amount(SUPPLY.0) }));
        },
    );
    assert_eq!(found.err(), Some(Fault::Balance));
}

#[test]
fn a_message_with_a_changed_amount_does_not_add_up() {
    let found = with_changed(
        |command, event| {
            matches!(command, Command::Atomic(Crossing::Deliver(_)))
                && matches!(event, Event::Atomic(atomic::Event::Credited { .. }))
        },
        |command, _| {
            if let Command::Atomic(Crossing::Deliver(atomic::Deliver { message, .. })) = command {
                message.payload = Payload::Credit { from: ANNA, to: BERT, amount: Amount(5_000) };
            }
        },
    );
    assert_eq!(found.err(), Some(Fault::Message));
}

#[test]
fn a_leg_settled_against_the_decision_does_not_add_up() {
    let found = with_changed(
        |_, event| matches!(event, Event::Atomic(atomic::Event::LegSettled { .. })),
        |_, event| {
            if let Event::Atomic(atomic::Event::LegSettled { decision, .. }) = event {
                *decision = Decision::Abort;
            }
        },
    );
    assert_eq!(found.err(), Some(Fault::Decision));
}

#[test]
fn a_commit_without_all_legs_in_escrow_does_not_add_up() {
    let found = with_changed(
        |_, event| matches!(event, Event::Atomic(atomic::Event::LegReported { .. })),
        |command, event| {
            if let Command::Atomic(Crossing::ReportLeg(atomic::ReportLeg { bundle, .. })) = command {
                *event = Event::Atomic(atomic::Event::BundleDecided { bundle: *bundle, decision: Decision::Commit });
            }
        },
    );
    assert_eq!(found.err(), Some(Fault::Decision), "the bundle is decided a second time later");
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, legs(), 50, 1);
    deal.lock_now(&mut world, 0);
    deal.report_now(&mut world, 0);
    let mut blocks: Vec<_> = [A, B, C].into_iter().flat_map(|shard| world.blocks(shard).to_vec()).collect();
    let reported = Event::Atomic(atomic::Event::LegReported { bundle: deal.id, leg: 0 });
    for receipt in blocks.iter_mut().flat_map(|block| &mut block.block.receipts) {
        if *receipt == (Receipt::Applied(reported.clone())) {
            *receipt = Receipt::Applied(deal.decided(Decision::Commit));
        }
    }
    assert_eq!(replay(&blocks).and_then(|audit| audit.totals()), Err(Fault::Cut));
}

#[test]
fn an_abort_that_no_refusal_caused_does_not_add_up() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, legs(), 50, 1);
    deal.lock_now(&mut world, 0);
    deal.report_now(&mut world, 0);
    let mut blocks: Vec<_> = [A, B, C].into_iter().flat_map(|shard| world.blocks(shard).to_vec()).collect();
    let reported = Receipt::Applied(Event::Atomic(atomic::Event::LegReported { bundle: deal.id, leg: 0 }));
    for receipt in blocks.iter_mut().flat_map(|block| &mut block.block.receipts).filter(|one| **one == reported) {
        *receipt = Receipt::Applied(deal.decided(Decision::Abort));
    }
    assert_eq!(replay(&blocks).and_then(|audit| audit.totals()), Err(Fault::Cut));
}

#[test]
fn a_leg_that_is_locked_and_refused_does_not_add_up() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, vec![leg(A, ANNA, BERT, 9), leg(B, BERT, NOBODY, 8)], 50, 1);
    let prepared = Event::Atomic(atomic::Event::LegPrepared { bundle: deal.id, leg: 0 });
    assert_eq!(deal.lock_now(&mut world, 0), prepared);
    assert_eq!(deal.lock_now(&mut world, 1), deal.refused(1), "the receiver does not exist");
    let cases = [
        (A, deal.refused(0), "refused while in escrow"),
        (B, Event::Atomic(atomic::Event::LegPrepared { bundle: deal.id, leg: 1 }), "locked after it was refused"),
    ];
    for (shard, event, story) in cases {
        let mut again = world.blocks(shard).last().expect("the answer is in the last block").clone();
        again.header.height = again.header.height.next();
        again.block.receipts = vec![Receipt::Applied(event)];
        let blocks = [A, B, C].into_iter().flat_map(|shard| world.blocks(shard).to_vec()).chain([again]);
        assert_eq!(replay(&blocks.collect::<Vec<_>>()).err(), Some(Fault::Leg), "{story}");
    }
}

#[test]
fn a_receipt_of_another_command_does_not_add_up() {
    let found = with_changed(
        |command, _| matches!(command, Command::Atomic(Crossing::Send(_))),
        |_, event| *event = Event::Native(native::Event::Granted { to: BERT, amount: Amount(1) }),
    );
    assert_eq!(found.err(), Some(Fault::Receipt));
}

#[test]
fn what_happens_twice_does_not_add_up() {
    let is_crossing = |block: &FinalBlock, wanted: Wanted| matches!(block.block.receipts.first(), Some(Receipt::Applied(Event::Atomic(event))) if wanted(event));
    let cases: [(Wanted, Fault); 5] = [
        (|event| matches!(event, atomic::Event::Sent { .. }), Fault::Sequence),
        (|event| matches!(event, atomic::Event::Credited { .. }), Fault::Sequence),
        (|event| matches!(event, atomic::Event::LegPrepared { .. }), Fault::Leg),
        (|event| matches!(event, atomic::Event::LegSettled { .. }), Fault::Leg),
        (|event| matches!(event, atomic::Event::BundleDecided { .. }), Fault::Decision),
    ];
    let world = busy();
    for (wanted, fault) in cases {
        let shards = [A, B, C].into_iter();
        let repeated = shards.clone().find_map(|shard| {
            let block = world.blocks(shard).iter().find(|block| is_crossing(block, wanted))?;
            let mut again = block.clone();
            again.header.height = world.blocks(shard).last()?.header.height.next();
            Some(again)
        });
        let blocks = shards.flat_map(|shard| world.blocks(shard).to_vec()).chain(repeated);
        assert_eq!(replay(&blocks.collect::<Vec<_>>()).err(), Some(fault));
    }
}

#[test]
fn a_missing_or_repeated_block_is_detected() {
    let world = busy();
    let blocks = world.blocks(A);
    assert_eq!(replay(blocks.iter().skip(1)).err(), Some(Fault::Height));
    assert_eq!(replay(blocks.iter().chain(blocks.last())).err(), Some(Fault::Height));
}
