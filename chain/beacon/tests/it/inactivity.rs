//! A validator is offline. Its uptime falls, its Servi is halved, and after two epochs it is benched and loses its
//! seat. When it returns, it sends `return` and waits for a seat. The others draw their randomness without it.

use crate::world::{BOND, World};
use chain_beacon::{INACTIVE_EPOCHS_MAX, Status, stake::PPM};
use chain_types::beacon::{Command, Event, ValidatorId};

#[test]
fn absence_costs_servi_then_the_seat_and_never_the_bond() {
    let mut world = World::new(4);
    world.finish_epoch();
    let absent = ValidatorId(3);
    let servi = |world: &World| world.beacon.registry().get(absent).expect("registered").servi.amount();
    let uptime = |world: &World| world.beacon.registry().get(absent).expect("registered").uptime.ppm();
    let earned = servi(&world);
    assert!(earned > 0 && uptime(&world) == PPM);

    world.finish_epoch_signed_by(&[0, 1, 2]);
    assert!(servi(&world) <= earned.div_ceil(2) + 100, "halved, apart from the blocks that it led");
    assert_eq!(uptime(&world), PPM * 3 / 4);
    assert_eq!(world.beacon.status(absent), Some(Status::Active));
    for _ in 1..INACTIVE_EPOCHS_MAX {
        world.finish_epoch_signed_by(&[0, 1, 2]);
    }
    assert_eq!(world.beacon.status(absent), Some(Status::Benched));
    while world.seat_of(3).is_some() {
        world.finish_epoch_signed_by(&[0, 1, 2]);
    }
    assert_eq!(world.beacon.registry().get(absent).expect("registered").bond, BOND);

    assert_eq!(world.apply(3, &Command::Return), Ok(Event::Returned { validator: absent }));
    assert_eq!(world.beacon.status(absent), Some(Status::Candidate));
    world.finish_epoch();
    let epoch = world.beacon.plan().epoch;
    world.apply(3, &Command::AcknowledgeSync { epoch }).expect("the validator is planned to join");
    world.finish_epoch();
    assert_eq!(world.seat_of(3), Some(3));
}
