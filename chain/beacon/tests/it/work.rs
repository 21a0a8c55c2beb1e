//! The execution time of validators' commands matches their weight, measured against one signature check in the same
//! run. The beacon is the largest of a consortium: 64 seats.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the beacon has no clock; measuring it needs one"
)]
#![expect(clippy::print_stdout, reason = "new weights are chosen by these figures")]

use crate::world::{BLOCK_MS, BOND, CHAIN, World};
use chain_beacon::{BeaconState, randomness::Dealer};
use chain_types::{
    Body, Command as Any, Digest, Entry, EntryCore, Mode, SecretKey, TenantId, TimestampMs, WorkParameters,
    beacon::{Command, Evidence, Parameters},
    codec,
    signature::{Claim, Namespace, verify},
    transaction::Draft,
};
use std::time::Instant;

/// The allowed ratio of time to weight: debug builds and busy machines vary.
const SLACK: u128 = 5;
/// The number of runs; the shortest one counts.
const RUNS: usize = 5;

/// The shortest of several runs, in nanoseconds.
fn shortest(runs: impl IntoIterator<Item = Box<dyn FnOnce()>>) -> u128 {
    let time = |run: Box<dyn FnOnce()>| {
        let start = Instant::now();
        run();
        start.elapsed().as_nanos()
    };
    runs.into_iter().map(time).min().expect("at least one run")
}

/// The length of one unit of work on this machine, in nanoseconds: the time of a signature check divided by its weight.
fn unit() -> u128 {
    let key = SecretKey::from_seed(&[1; 32]);
    let digest = Digest([2; 32]);
    let claim = Claim { key: key.public_key(), digest, signature: key.sign(Namespace::VOTE, &digest) };
    let run = || Box::new(move || assert!(verify(Namespace::VOTE, &claim))) as Box<dyn FnOnce()>;
    let of_signature = shortest((0..4 * RUNS).map(|_| run()));
    (of_signature / u128::from(WorkParameters::default().signature)).max(1)
}

/// The weight of a transaction with one command.
fn weight_of(command: &Command) -> u128 {
    let core = EntryCore { subjects: Vec::new(), command: Any::Beacon(command.clone()) };
    let draft = Draft {
        chain_id: CHAIN,
        tenant: TenantId([1; 16]),
        valid_until_ms: TimestampMs(1),
        salt: [0; 16],
        mode: Mode::Independent,
    };
    let transaction = draft.sign(&SecretKey::from_seed(&[1; 32]), vec![Entry { core, body: Body::Public(Vec::new()) }]);
    u128::from(WorkParameters::default().of(&transaction.check().expect("the test's transactions are well formed")))
}

/// Asserts that new commands of one kind take no longer than they weigh, within [`SLACK`].
fn assert_weighs(name: &str, world: &World, commands: Vec<Command>) {
    let bytes = codec::encode(&world.beacon);
    let context = world.nodes[0].context(world.when());
    let work = weight_of(&commands[0]);
    let run = |command: Command| {
        let bytes = bytes.clone();
        Box::new(move || {
            let mut beacon: BeaconState = codec::decode_own("a beacon", &bytes).expect("the bytes were encoded above");
            let _ = beacon.apply(&command, &context);
            let _ = codec::encode(&beacon);
        }) as Box<dyn FnOnce()>
    };
    let nanos = shortest(commands.into_iter().map(run));
    let unit = unit();
    println!("{name}: weighs {work}, takes {} units of {unit} ns", nanos / unit);
    assert!(nanos <= work * SLACK * unit, "{name} weighs {work} and takes {} units", nanos / unit);
}

/// The largest beacon of a consortium.
fn largest_consortium() -> World {
    let parameters = Parameters { epoch_blocks: 4, dealing_blocks: 2, ..Parameters::consortium(2) };
    World::with(parameters, &[BOND; 64])
}

#[test]
fn commands_cost_what_they_weigh() {
    let mut world = largest_consortium();
    let ceremony = world.ceremony();
    let deal = |entropy: u8| {
        let key = &world.nodes[world.node_at(0)].secret;
        Dealer::new(&ceremony, 0, &[entropy; 32]).deal(&ceremony, 0, key).expect("every ticket has a key")
    };
    let entropies = || 0..u8::try_from(RUNS).expect("few runs");
    let deals = entropies().map(|entropy| Command::Deal(Box::new(deal(entropy)))).collect();
    let reports = entropies().map(|entropy| Evidence::BadDeal(deal(100 + entropy)));
    let reports = reports.map(|evidence| Command::ReportEvidence(Box::new(evidence))).collect();
    assert_weighs("deal", &world, deals);
    assert_weighs("report of a valid deal", &world, reports);
    assert_weighs("pulse", &world, vec![Command::Pulse; RUNS]);
    let two_votes = Command::ReportEvidence(Box::new(world.equivocation(1)));
    assert_weighs("report of two votes", &world, vec![two_votes; RUNS]);
    let newcomer = world.newcomer();
    let registration = Command::Register(Box::new(world.nodes[newcomer].registration(BOND)));
    assert_weighs("registration", &world, vec![registration; RUNS]);

    world.fix_deals();
    let threshold = u16::try_from(world.beacon.committee().tickets().threshold()).expect("few tickets");
    for holder in 0..threshold - 1 {
        world.take_reveal(holder).expect("an honest reveal is accepted");
    }
    let last = Command::Reveal(Box::new(world.reveal(threshold - 1)));
    assert_weighs("the reveal that draws the number", &world, vec![last.clone(); RUNS]);
    world.apply(0, &last).expect("an honest reveal is accepted");
    while !world.beacon.may_end(world.when()) {
        world.height = world.height.next();
        world.time = TimestampMs(world.time.0 + BLOCK_MS);
    }
    let end = Command::EndEpoch { epoch: world.beacon.epoch() };
    assert_weighs("the end of an epoch", &world, vec![end; RUNS]);
}
