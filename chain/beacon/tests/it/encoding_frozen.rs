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
    digest(&World::new(4).finish_epoch())
}

const FROZEN: &str = "
parameters df1aeaa2f4cc55410004df02f8f76ad0ba635ac559f3d8f9d5431bd699ca5885
genesis 5ba5f4ab8cce91062d4d231106775087d38fdba7e0b9461d39b71dbd74c21159
state with deals e806ca39d4e87838dc9085f0b52553abd3d5d493c308f90999d62cb661165a2f
register 26759ca36301efbf706179759a2ec31cc9aa649e4aa7fa62981dfd9b7a61aafc
acknowledge 6710043d7e01250d4c55f4f3452046e8c4ea8c27167196caf5c215f693a671de
leave 2594c38174a8d682954efb227ef1064b6ffa0d02aad8c159a839a7a1c4d13b9e
return ce36b34de9469b8ce4647b86460ff6f2040d8066a8c507b315e89884360e70a2
deal cd2aa33a6af747d418ed710e77b158532a0655ad21647f962ef66e90a631cc8b
reveal 0ce0777b81c46445923bd40bae64fbb9ea4a0ab2d362e7c6a265da89be874652
report c34793b0c1defce92620f4229aa74e55258d177bd832a29fff8c2c5602024206
withdraw f80be8dfabad46df7a1e3732a4144afd446605348c54dda57b2b9098381f6f92
hand-over 98d1898f2610e8314becb4ddcbda12db9c089f94f9d36b9008435b8ce4a11b1a
";
