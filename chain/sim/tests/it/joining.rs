//! Emptied followers and validators join from snapshots, under faults and with peers that forge parts. All reach the
//! height of the others.

use chain_replica::{Message, SnapshotPart};
use chain_sim::{
    byzantine::Liar,
    dice::{Concern, Dice},
    fault::{Fault, Lie, Step},
    profile::Profile,
    run::run_seeds,
    scenario::Scenario,
};
use chain_types::{Height, SecretKey};

fn joining() -> &'static Profile {
    Profile::named("joining").expect("the profile exists")
}

#[test]
fn an_emptied_process_joins_from_a_snapshot_and_catches_up() {
    let outcomes = run_seeds(joining(), 0..60, 2, None, |_| false);
    for outcome in &outcomes {
        assert!(outcome.is_good(), "seed {}: {:?}", outcome.seed, outcome.violations);
    }
    let joins: u64 = outcomes.iter().map(|outcome| outcome.joins).sum();
    // More than two joins per seed.
    assert!(joins > 120, "{joins} joins");
}

#[test]
fn validators_lose_their_stores_and_never_their_journals() {
    let plans = (0..60).map(|seed| Scenario::of(*joining(), seed).plan());
    let mut emptied = 0;
    for fault in plans.flat_map(|plan| plan.faults) {
        for (_, step) in fault.steps() {
            let Step::Empty(machine, has_journal) = *step else { continue };
            let is_validator = machine < joining().weights.len();
            assert_eq!(has_journal, !is_validator, "a validator without its journal could contradict itself");
            assert!(!is_validator || matches!(fault, Fault::Damages { is_set_back: false, .. }));
            emptied += usize::from(is_validator);
        }
    }
    assert!(emptied > 5, "{emptied} validators");
}

#[test]
fn a_historian_forges_snapshot_parts_and_a_selective_sender_does_not() {
    let end = Height(7);
    let part = SnapshotPart::Seen { height: end, blocks: Vec::new(), last: end };
    let original = Message::Snapshot(Box::new(part));
    let forged = |lie| {
        let mut liar = Liar::new(lie, 0, SecretKey::from_seed(&[1; 32]), 4);
        let mut dice = Dice::new(1, Concern::Byzantine);
        (0..40).flat_map(|_| liar.twist(&original, &[2], &mut dice)).filter(|(_, sent)| *sent != original).count()
    };
    assert!(forged(Lie::Historian) > 10);
    assert_eq!(forged(Lie::Selective), 0);
}
