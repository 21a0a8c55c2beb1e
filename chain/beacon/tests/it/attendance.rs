//! The certificate of a final block shows its signers. A validator with an invalid signature in it is not counted.

use crate::world::{CHAIN, World};
use chain_beacon::{ATTENDANCE_BLOCKS, Rejection};
use chain_types::{
    BlockHeader, Certificate, Digest, Epoch, Height, PROTOCOL_VERSION, Signature, TimestampMs, View,
    atomic::{BEACON_SHARD, CertifiedHeader},
    beacon::{Command, Event},
    signature::Namespace,
};

/// A final block at an attendance height, signed by all four seats; the signatures of `forged` are invalid.
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
fn an_invalid_signature_is_not_counted() {
    let mut world = World::new(4);
    let height = Height(ATTENDANCE_BLOCKS);
    assert_eq!(world.apply(0, &attend(&world, &[3])), Ok(Event::Attended { height, signers: 3 }));
    assert_eq!(world.beacon.attendance().signers, [0, 1, 2]);
    assert_eq!(
        world.apply(0, &attend(&world, &[1])),
        Ok(Event::Attended { height, signers: 1 }),
        "the only new signer"
    );
    assert_eq!(world.beacon.attendance().signers, [0, 1, 2, 3]);
}

#[test]
fn a_certificate_without_a_quorum_of_valid_signatures_is_rejected() {
    let mut world = World::new(4);
    assert_eq!(world.apply(0, &attend(&world, &[2, 3])), Err(Rejection::AttendanceInvalid));
    assert_eq!(world.beacon.attendance().signers, [0_u16; 0]);
}
