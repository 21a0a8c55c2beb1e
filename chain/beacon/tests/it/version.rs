//! The operator schedules versions. The version in force changes when its epoch begins and never goes back; the latest
//! schedule replaces earlier ones.

use crate::world::World;
use chain_beacon::{Rejection, Schedule};
use chain_types::{
    Epoch, PROTOCOL_VERSION, ProtocolVersion,
    beacon::{Command, Event},
};

fn version(above: u16) -> ProtocolVersion {
    ProtocolVersion(PROTOCOL_VERSION.0 + above)
}

fn schedule(version: ProtocolVersion, from: u64) -> Command {
    Command::ScheduleVersion { version, from: Epoch(from) }
}

#[test]
fn a_version_begins_with_the_epoch_that_it_was_scheduled_for() {
    let mut world = World::new(4);
    let next = version(1);
    let scheduled = world.apply(0, &schedule(next, 2));
    assert_eq!(scheduled, Ok(Event::VersionScheduled { version: next, from: Epoch(2) }));
    assert!(world.beacon.is_awaited(world.time), "the scheduled version makes an idle chain end epochs");
    assert_eq!(world.finish_epoch().version, PROTOCOL_VERSION);
    assert_eq!(world.beacon.scheduled(), Some(Schedule { version: next, from: Epoch(2) }));
    assert_eq!(world.finish_epoch().version, next);
    assert_eq!((world.beacon.version(), world.beacon.scheduled()), (next, None));
    assert!(!world.beacon.is_awaited(world.time));
    assert_eq!(world.finish_epoch().version, next, "the version stays in force");
}

#[test]
fn a_version_that_is_not_higher_or_comes_too_soon_is_refused() {
    let mut world = World::new(4);
    assert_eq!(world.apply(0, &schedule(PROTOCOL_VERSION, 1)), Err(Rejection::VersionNotHigher));
    assert_eq!(world.apply(0, &schedule(ProtocolVersion(1), 1)), Err(Rejection::VersionNotHigher));
    assert_eq!(world.apply(0, &schedule(version(1), 0)), Err(Rejection::VersionTooSoon));
    world.apply(0, &schedule(version(1), 1)).expect("the next epoch is late enough");
    world.finish_epoch();
    assert_eq!(world.apply(0, &schedule(version(1), 2)), Err(Rejection::VersionNotHigher));
    assert_eq!(world.apply(0, &schedule(version(2), 1)), Err(Rejection::VersionTooSoon));
}

#[test]
fn the_latest_schedule_counts_and_may_name_any_higher_version() {
    let mut world = World::new(4);
    world.apply(0, &schedule(version(1), 1)).expect("the version is higher and late enough");
    world.apply(0, &schedule(ProtocolVersion(u16::MAX), 2)).expect("this build need not know the version");
    assert_eq!(world.finish_epoch().version, PROTOCOL_VERSION);
    assert_eq!(world.finish_epoch().version, ProtocolVersion(u16::MAX));
}
