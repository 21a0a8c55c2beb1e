//! Registrations, departures, convictions, withdrawals and epochs happen in any order. After every step, rejected ones
//! included, bonds, debts, fund, burned and withdrawn units sum to the deposits, and the state decodes from its own
//! encoding.

use crate::world::{BOND, World};
use chain_beacon::{BeaconState, Context, Standing};
use chain_types::{
    beacon::{Command, Event},
    codec,
};
use proptest::{collection::vec, prelude::*};

#[derive(Clone, Copy, Debug)]
enum Act {
    Register(u8, u64),
    Leave(u8),
    Return(u8),
    Equivocate(u8, u8),
    Withdraw(u8, u64),
    Acknowledge(u8),
    FinishEpoch,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (4_u8..8, 1..=3 * BOND).prop_map(|(node, bond)| Act::Register(node, bond)),
        (0_u8..8).prop_map(Act::Leave),
        (0_u8..8).prop_map(Act::Return),
        (0_u8..8, 0_u8..8).prop_map(|(offender, reporter)| Act::Equivocate(offender, reporter)),
        (0_u8..8, 0..=BOND).prop_map(|(node, amount)| Act::Withdraw(node, amount)),
        (0_u8..8).prop_map(Act::Acknowledge),
        Just(Act::FinishEpoch),
    ]
}

/// The units that tenants paid in and got out, and the burned ones, computed from the events alone.
#[derive(Default)]
struct Ledger {
    paid_in: u128,
    paid_out: u128,
    burned: u128,
}

impl Ledger {
    fn book(&mut self, event: &Event) {
        match event {
            Event::Registered { bond, .. } => self.paid_in += u128::from(*bond),
            Event::Withdrawn { amount, .. } => self.paid_out += u128::from(*amount),
            Event::Convicted { slashed, rewarded, compensated, burned, .. } => {
                assert_eq!(*slashed, rewarded + compensated + burned);
                self.burned += u128::from(*burned);
            }
            _ => {}
        }
    }
}

fn play(world: &mut World, ledger: &mut Ledger, act: Act) {
    let result = match act {
        Act::Register(node, bond) => world.register(usize::from(node), bond),
        Act::Leave(node) => world.apply(usize::from(node), &Command::Leave),
        Act::Return(node) => world.apply(usize::from(node), &Command::Return),
        Act::Withdraw(node, amount) => world.apply(usize::from(node), &Command::Withdraw { amount }),
        Act::Acknowledge(node) => {
            let epoch = world.beacon.plan().epoch;
            world.apply(usize::from(node), &Command::AcknowledgeSync { epoch })
        }
        Act::Equivocate(offender, reporter) => {
            let others = world.beacon.committee().members.iter().filter(|member| {
                let standing = world.beacon.registry().get(member.id).map(|validator| validator.standing);
                member.key != world.nodes[usize::from(offender)].secret.public_key()
                    && standing != Some(Standing::Jailed)
            });
            // When all members are convicted the chain cannot continue, so one member is kept.
            if world.seat_of(usize::from(offender)).is_none() || others.count() == 0 {
                return;
            }
            let evidence = world.equivocation(usize::from(offender));
            world.report(usize::from(reporter), evidence)
        }
        Act::FinishEpoch => {
            world.finish_epoch();
            return;
        }
    };
    if let Ok(event) = result {
        ledger.book(&event);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]
    #[test]
    fn no_unit_is_lost_or_created(acts in vec(act(), 1..40)) {
        let mut world = World::new(4);
        for _ in 4..8 {
            world.newcomer();
        }
        let mut ledger = Ledger { paid_in: 4 * u128::from(BOND), ..Ledger::default() };
        for act in acts {
            play(&mut world, &mut ledger, act);
            let treasury = world.beacon.treasury();
            let held = world.beacon.registry().bonds() + treasury.outside_bonds();
            prop_assert_eq!(held, ledger.paid_in);
            prop_assert_eq!(u128::from(treasury.withdrawn), ledger.paid_out);
            prop_assert_eq!(u128::from(treasury.burned), ledger.burned);
            let bytes = codec::encode(&world.beacon);
            let back: BeaconState = codec::decode("beacon state", &bytes).expect("the state is canonical");
            prop_assert!(back == world.beacon);
        }
    }
}

#[test]
fn two_machines_come_to_the_same_state() {
    let run = || {
        let mut world = World::new(4);
        world.finish_epoch();
        let evidence = world.equivocation(3);
        world.report(1, evidence).expect("it convicts");
        world.finish_epoch();
        let Context { signer, .. } = world.nodes[0].context(world.when());
        (codec::encode(&world.beacon), signer)
    };
    assert_eq!(run(), run());
}
