//! The certificate of a final block shows who signed it. A validator whose signature in it is not valid was not there.

use crate::world::{CHAIN, World};
use chain_beacon::{ATTENDANCE_BLOCKS, Rejection};
use chain_types::{
    BlockHeader, Certificate, Digest, Epoch, Height, PROTOCOL_VERSION, Signature, TimestampMs, View,
    atomic::{BEACON_SHARD, CertifiedHeader},
    beacon::{Command, Event},
    signature::Namespace,
};

/// A final block at which attendance is taken, signed by all of four but for those that are forged.
fn attend(world: &World, forged: &[u16]) -> Command {
    let header = BlockHeader {
        version: PROTOCOL_VERSION,
        chain_id: CHAIN,
        shard: BEACON_SHARD,
        epoch: Epoch(0),
        height: Height(ATTENDANCE_BLOCKS),
        view: View(0),
        parent: Digest::ZERO,
        timestamp_ms: TimestampMs(1),
        records_root: Digest::ZERO,
        delta_root: Digest::ZERO,
        state_root: Digest::ZERO,
        transactions_root: Digest::ZERO,
        validator_set_hash: world.beacon.committee().validator_set().digest(),
        proposer: 0,
    };
    let vote = header.finalise_vote();
    let sign = |seat: u16| {
        let honest = world.nodes[world.node_at(seat)].secret.sign(Namespace::VOTE, &vote.digest());
        (seat, if forged.contains(&seat) { Signature::Ed25519([7; 64]) } else { honest })
    };
    let certificate = Certificate { signatures: world.seats().map(sign).collect(), vote };
    Command::Attend(Box::new(CertifiedHeader { header, certificate }))
}

#[test]
fn who_did_not_sign_was_not_there() {
    let mut world = World::new(4);
    let height = Height(ATTENDANCE_BLOCKS);
    assert_eq!(world.apply(0, &attend(&world, &[3])), Ok(Event::Attended { height, signers: 3 }));
    assert_eq!(world.beacon.attendance().signers, [0, 1, 2]);
    assert_eq!(
        world.apply(0, &attend(&world, &[1])),
        Ok(Event::Attended { height, signers: 1 }),
        "the one who did sign"
    );
    assert_eq!(world.beacon.attendance().signers, [0, 1, 2, 3]);
}

#[test]
fn a_certificate_without_a_quorum_of_valid_signatures_shows_nobody() {
    let mut world = World::new(4);
    assert_eq!(world.apply(0, &attend(&world, &[2, 3])), Err(Rejection::AttendanceInvalid));
    assert_eq!(world.beacon.attendance().signers, [0_u16; 0]);
}
