//! Tests when an epoch may end. Its blocks, its minimum time, its random number and the entry of every shard are
//! required. An idle chain ends no epochs, unless a validator waits for the end.

use crate::world::{BLOCK_MS, BOND, START_MS, World, parameters};
use chain_beacon::{Rejection, Secrets, When};
use chain_types::{
    Digest, Epoch, Height, ShardId, TimestampMs,
    beacon::{Command, Event, Parameters},
    state::Terminal,
};

/// A world that finished `epochs` epochs and drew the random number of the next; only the end command is missing.
fn ready_to_end(parameters: Parameters, epochs: u64) -> World {
    let mut world = World::with(parameters, &[BOND; 4]);
    for _ in 0..epochs {
        world.finish_epoch();
    }
    world.fix_deals();
    for holder in world.seats() {
        world.take_reveal(holder).expect("an honest reveal is accepted");
    }
    world
}

fn end(world: &mut World) -> Result<Event, Rejection> {
    let epoch = world.beacon.epoch();
    world.apply(0, &Command::EndEpoch { epoch })
}

#[test]
fn an_epoch_ends_only_after_its_least_time() {
    let mut world = ready_to_end(Parameters { epoch_ms_min: 10_000, ..parameters() }, 0);
    // Far more than the four blocks of an epoch.
    world.height = Height(1_000);
    world.time = TimestampMs(START_MS + 9_999);
    assert_eq!(end(&mut world), Err(Rejection::EpochUnfinished), "enough blocks, but a millisecond too early");
    world.time = TimestampMs(START_MS + 10_000);
    assert!(end(&mut world).is_ok());
    assert_eq!(world.beacon.began(), world.time);
}

#[test]
fn an_epoch_ends_only_after_every_shard_entered_it() {
    let mut world = World::with(Parameters { shards: 3, ..parameters() }, &[BOND; 4]);
    world.finish_epoch();
    let epoch = world.beacon.epoch();
    // The height is set directly, because ending blocks in this world would also confirm its shards.
    for dealer in world.seats() {
        world.take_deal(dealer).expect("an honest deal is accepted");
    }
    // Far more than the four blocks of an epoch.
    world.height = Height(world.height.0 + 100);
    world.time = TimestampMs(world.time.0 + 100 * BLOCK_MS);
    world.beacon = world.beacon.clone().at(world.height);
    for holder in world.seats() {
        world.take_reveal(holder).expect("an honest reveal is accepted");
    }
    let confirm = |world: &mut World, proof| world.apply(0, &Command::ConfirmShard(Box::new(proof)));
    for shard in [ShardId(1), ShardId(2)] {
        assert_eq!(end(&mut world), Err(Rejection::EpochUnfinished), "{shard:?} may still be in the epoch before");
        let good = world.entered(shard, epoch);
        let [mut no_value, mut other_root, mut no_quorum, mut beacon_shard, mut no_such_shard] =
            [good.clone(), good.clone(), good.clone(), good.clone(), good.clone()];
        no_value.state.terminal = Terminal::Empty;
        other_root.block.header.state_root = Digest::ZERO;
        no_quorum.block.certificate.signatures.truncate(2);
        beacon_shard.block.header.shard = ShardId(0);
        no_such_shard.block.header.shard = ShardId(3);
        let other_epoch = world.entered(shard, Epoch(epoch.0 + 1));
        let invalid = [
            ("no value", no_value),
            ("another state root", other_root),
            ("no quorum", no_quorum),
            ("the beacon's own shard", beacon_shard),
            ("no such shard", no_such_shard),
            ("another epoch", other_epoch),
        ];
        for (name, proof) in invalid {
            assert_eq!(confirm(&mut world, proof), Err(Rejection::ShardUnproved), "{name}");
        }
        let mut early = good.clone();
        early.block.header.epoch = Epoch(epoch.0 + 1);
        assert_eq!(confirm(&mut world, early), Err(Rejection::StaleEpoch));
        assert_eq!(confirm(&mut world, good.clone()), Ok(Event::ShardConfirmed { shard, epoch }));
        assert_eq!(confirm(&mut world, good), Err(Rejection::ShardKnown));
    }
    assert!(end(&mut world).is_ok());
    assert_eq!(world.beacon.unconfirmed(), [ShardId(1), ShardId(2)], "each epoch needs new confirmations");
}

#[test]
fn the_first_epoch_and_a_chain_of_one_shard_wait_for_no_shard() {
    let mut first = ready_to_end(parameters(), 0);
    assert!(first.beacon.unconfirmed().is_empty());
    // The four blocks of an epoch.
    first.height = Height(4);
    assert!(end(&mut first).is_ok());
    let one = ready_to_end(Parameters { shards: 1, ..parameters() }, 1);
    assert!(one.beacon.unconfirmed().is_empty());
}

/// The duties of node 0 at a block.
fn duties(world: &World, when: When) -> Vec<Command> {
    let node = &world.nodes[0];
    let randomness = chain_beacon::randomness::RandomnessKey::from_seed(&[1; 32]);
    let secrets = Secrets { key: node.secret.clone(), randomness, entropy: [9; 32] };
    world.beacon.duties(when, &secrets, true, true)
}

#[test]
fn an_idle_chain_ends_no_epochs() {
    let parameters = Parameters { epoch_blocks: 600, dealing_blocks: 60, ..parameters() };
    let mut world = World::with(parameters, &[BOND; 4]);
    let century = TimestampMs(START_MS + 100 * 365 * 24 * 60 * 60 * 1_000);
    let idle = When { height: Height(30), time: century };
    assert!(duties(&world, idle).is_empty(), "29 blocks are too few to begin with");
    assert!(!world.beacon.wants_blocks(idle) && world.beacon.to_confirm(idle).is_empty());
    let busy = When { height: Height(31), time: TimestampMs(START_MS) };
    assert!(matches!(duties(&world, busy)[..], [Command::Deal(_)]), "half of the dealing blocks have passed");
    world.apply(1, &Command::Leave).expect("a member may leave");
    assert!(matches!(duties(&world, idle)[..], [Command::Deal(_)]), "a member waits for the end");
    assert!(world.beacon.wants_blocks(idle));
}

/// A member asks to leave an idle chain. Epochs end until its seat is lost. Then nothing happens for as long as
/// offences can be reported, one more epoch ends and releases its bond, and then the chain is idle again.
#[test]
fn an_awaited_epoch_ends_early_and_then_the_chain_is_idle() {
    let parameters = Parameters {
        epoch_blocks: 1_000_000,
        epoch_ms_min: 10 * BLOCK_MS,
        evidence_ms_min: 60 * BLOCK_MS,
        ..parameters()
    };
    let mut world = World::with(parameters, &[BOND; 4]);
    world.apply(1, &Command::Leave).expect("a member may leave");
    let mut epochs = 0;
    while world.seat_of(1).is_some() {
        assert!(world.beacon.is_awaited(world.time));
        world.finish_epoch();
        epochs += 1;
    }
    assert_eq!(epochs, 2, "the change is planned at the end of one epoch and applied at the end of the next");
    assert!(!world.beacon.is_awaited(TimestampMs(world.time.0 + 60 * BLOCK_MS - 1)), "its bond is not released yet");
    let owed = |world: &World| world.beacon.treasury().owed.get(&world.nodes[1].operator).copied();
    assert_eq!(owed(&world), None);
    world.time = TimestampMs(world.time.0 + 60 * BLOCK_MS);
    assert!(world.beacon.is_awaited(world.time), "the next end releases it");
    world.finish_epoch();
    assert_eq!(owed(&world), Some(BOND));
    assert!(!world.beacon.is_awaited(TimestampMs(u64::MAX)));
}

/// While a joiner has not acknowledged, an awaited epoch lasts its full number of blocks, because the joiner must fetch
/// the state first.
#[test]
fn an_awaited_epoch_with_a_joiner_lasts_its_blocks() {
    let mut world = World::with(Parameters { epoch_blocks: 40, ..parameters() }, &[BOND; 4]);
    let newcomer = world.newcomer();
    world.register(newcomer, BOND).expect("the registration is complete");
    world.finish_epoch();
    assert!(world.height < Height(10), "no joiner is planned yet, so the epoch ends early");
    let began = world.height;
    world.fix_deals();
    for holder in world.seats() {
        world.take_reveal(holder).expect("an honest reveal is accepted");
    }
    // Half of the 40 blocks of an epoch.
    while world.height < Height(began.0 + 20) {
        assert_eq!(world.end_block(), None);
        assert!(world.beacon.wants_blocks(world.when()));
    }
    let epoch = world.beacon.plan().epoch;
    world.apply(newcomer, &Command::AcknowledgeSync { epoch }).expect("the newcomer is planned to join");
    assert!(world.end_block().is_some());
    assert!(world.seat_of(newcomer).is_some());
}

/// An offence is reported three epochs later. The minimum time has not passed, so the bond is still there.
#[test]
fn bonds_stay_as_long_as_offences_can_be_reported() {
    // Five epochs of four blocks.
    let window = 5 * 4 * BLOCK_MS;
    let parameters = Parameters { epoch_ms_min: 4 * BLOCK_MS, evidence_ms_min: window, ..parameters() };
    let mut world = World::with(parameters, &[BOND; 5]);
    let evidence = [world.equivocation(1), world.equivocation(2)];
    world.apply(1, &Command::Leave).expect("a member may leave");
    world.finish_epoch();
    let ended = world.time;
    while world.time.0 < ended.0 + window - 4 * BLOCK_MS {
        world.finish_epoch();
        assert!(world.beacon.epoch() <= Epoch(5));
    }
    assert!(world.beacon.epoch() >= Epoch(4) && world.seat_of(1).is_none());
    assert!(matches!(world.report(0, evidence[0].clone()), Ok(Event::Convicted { slashed: BOND, .. })));
    while world.time.0 < ended.0 + window {
        world.finish_epoch();
    }
    assert_eq!(world.report(0, evidence[1].clone()), Err(Rejection::EvidenceAge));
}
