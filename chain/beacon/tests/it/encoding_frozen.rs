//! The bytes of the slice's words and of the state are part of the protocol: their digests are frozen here. Another
//! digest is another chain.

use crate::world::{BOND, World};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Digest, Epoch,
    beacon::{Operation, Parameters},
    codec,
    digest::{Tag, hash},
};

fn digest<T: BorshSerialize + BorshDeserialize + PartialEq>(value: &T) -> Digest {
    let bytes = codec::encode(value);
    assert!(codec::decode::<T>("a frozen value", &bytes).is_ok_and(|back| back == *value));
    hash(Tag::SEEN, &[&bytes])
}

#[test]
fn no_encoding_has_changed() {
    let mut world = World::new(4);
    let genesis = digest(&world.beacon);
    let newcomer = world.newcomer();
    let registration = world.nodes[newcomer].registration(BOND);
    let deal = world.deal(0);
    let evidence = world.equivocation(0);
    world.fix_deals();
    let reveal = world.reveal(0);
    let found = [
        ("parameters", digest(&Parameters::consortium(4))),
        ("genesis", genesis),
        ("state with deals", digest(&world.beacon)),
        ("register", digest(&Operation::Register(Box::new(registration)))),
        ("acknowledge", digest(&Operation::AcknowledgeSync { epoch: Epoch(3) })),
        ("leave", digest(&Operation::Leave)),
        ("return", digest(&Operation::Return)),
        ("deal", digest(&Operation::Deal(Box::new(deal)))),
        ("reveal", digest(&Operation::Reveal(Box::new(reveal)))),
        ("report", digest(&Operation::ReportEvidence(Box::new(evidence)))),
        ("withdraw", digest(&Operation::Withdraw { amount: 5 })),
        ("hand-over", world_hand_over()),
    ];
    let lines: Vec<String> = found.iter().map(|(name, digest)| format!("{name} {digest}")).collect();
    assert_eq!(lines.join("\n"), FROZEN.trim());
}

fn world_hand_over() -> Digest {
    World::new(4).finish_epoch().digest()
}

const FROZEN: &str = "
FROZEN_LINES
";
