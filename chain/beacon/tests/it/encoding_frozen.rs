//! The encodings of the beacon's commands and state are part of the protocol: their digests are frozen here. A changed
//! digest means an incompatible chain.

use crate::world::{BOND, World};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Digest, Epoch, ProtocolVersion,
    beacon::{Command, Parameters},
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
        ("register", digest(&Command::Register(Box::new(registration)))),
        ("acknowledge", digest(&Command::AcknowledgeSync { epoch: Epoch(3) })),
        ("leave", digest(&Command::Leave)),
        ("return", digest(&Command::Return)),
        ("deal", digest(&Command::Deal(Box::new(deal)))),
        ("reveal", digest(&Command::Reveal(Box::new(reveal)))),
        ("report", digest(&Command::ReportEvidence(Box::new(evidence)))),
        ("withdraw", digest(&Command::Withdraw { amount: 5 })),
        ("schedule version", digest(&Command::ScheduleVersion { version: ProtocolVersion(3), from: Epoch(4) })),
        ("hand-over", world_hand_over()),
    ];
    let lines: Vec<String> = found.iter().map(|(name, digest)| format!("{name} {digest}")).collect();
    assert_eq!(lines.join("\n"), FROZEN.trim());
}

fn world_hand_over() -> Digest {
    digest(&World::new(4).finish_epoch())
}

const FROZEN: &str = "
parameters 1615dda601f4a51ddaabca276a1ca9bf2c1175e667d1f89fb521024acda040bc
genesis 6ef50c8214d4e270b3e2e0bd9966661d32f7155bf6b7939a32b072fdad9458cf
state with deals 5da1d6890ffa9c01fe9397703bb7645d86de1ef1ce125742156469fdbcbad683
register 78b65660670e3c47f0ec4426e9e73d3df064ecc2b9b85590e396b58dcf143350
acknowledge 6710043d7e01250d4c55f4f3452046e8c4ea8c27167196caf5c215f693a671de
leave 2594c38174a8d682954efb227ef1064b6ffa0d02aad8c159a839a7a1c4d13b9e
return ce36b34de9469b8ce4647b86460ff6f2040d8066a8c507b315e89884360e70a2
deal 9d4bddacf708341f374b00068f3beb86fe6c9ebb802005e23925200ee9f6e1ae
reveal 0ce0777b81c46445923bd40bae64fbb9ea4a0ab2d362e7c6a265da89be874652
report 93766f0d5b21bff83890a4518e49705f65b08055bc7feab726f77bf710ac9186
withdraw f80be8dfabad46df7a1e3732a4144afd446605348c54dda57b2b9098381f6f92
schedule version 518f77f231bd6a36955793860af46858e3effb3cfbdd933a84855020983c2ac2
hand-over d101a7ef8fc7cc3be90f12b06ca303baf634c655f40ff7fc9c5e6882ab8c9ba0
";
