//! Mallory relays forged messages: with another amount, from or to another shard, on another chain, or under headers
//! that no quorum of a recent epoch signed. All are rejected, and the true message still takes effect.

use crate::world::{A, ANNA, B, BERT, C, World, certify};
use chain_types::{
    ChainId, Command, Digest, Epoch, ShardId,
    atomic::{self, Command as Crossing, Message, OutboxHeadKey, OutboxKey, Payload, Proof},
    native::Amount,
    state::{StateProof, Terminal, TypedKey, leaf_hash, value_hash},
};

/// A world in which Anna sent Bert 300 from [`A`] to [`B`], with the message and its proof.
fn sent() -> (World, Message, Box<Proof>) {
    let mut world = World::with_money();
    let send = Crossing::Send(atomic::Send { to: BERT, destination: B, amount: Amount(300) });
    world.applied(A, ANNA, Command::Atomic(send));
    let Command::Atomic(Crossing::Deliver(atomic::Deliver { message, proof })) = world.deliver(A, B, 2) else {
        panic!("not a delivery")
    };
    (world, message, proof)
}

const fn deliver(message: Message, proof: Box<Proof>) -> Command {
    Command::Atomic(Crossing::Deliver(atomic::Deliver { message, proof }))
}

/// A proof from a state that holds only Mallory's message, in a header that names the source shard.
fn invented(proof: &Proof, message: &Message, signers: &[u16]) -> Box<Proof> {
    let value = chain_types::codec::encode(message);
    let path = OutboxKey(message.binding.destination, message.binding.sequence).path();
    let mut header = proof.block.header.clone();
    header.state_root = leaf_hash(&path, &value_hash(&value));
    let state = StateProof { siblings: Vec::new(), terminal: Terminal::Present { value } };
    Box::new(Proof { block: certify(header, 0, signers), state })
}

#[test]
fn a_changed_message_is_not_the_one_that_was_sent() {
    type Change = fn(&mut Message);
    let changes: [(&str, Change, &str); 8] = [
        ("chain", |m| m.binding.chain_id = ChainId(Digest([9; 32])), "atomic.wrong_chain"),
        ("epoch", |m| m.binding.epoch = Epoch(1), "atomic.proof_mismatch"),
        ("attempt", |m| m.binding.attempt = 1, "atomic.proof_mismatch"),
        ("source", |m| m.binding.source = C, "atomic.message_out_of_order"),
        ("destination", |m| m.binding.destination = C, "atomic.wrong_shard"),
        ("sequence", |m| m.binding.sequence = 3, "atomic.message_out_of_order"),
        ("deadline", |m| m.binding.deadline.0 = 1, "atomic.proof_mismatch"),
        (
            "amount",
            |m| m.payload = Payload::Credit { from: ANNA, to: BERT, amount: Amount(301) },
            "atomic.proof_mismatch",
        ),
    ];
    let (mut world, message, proof) = sent();
    for (name, change, code) in changes {
        let mut forged = message.clone();
        change(&mut forged);
        assert_eq!(world.rejected(B, BERT, deliver(forged, proof.clone())), code, "{name}");
    }
    world.applied(B, BERT, deliver(message, proof));
}

#[test]
fn a_message_is_accepted_only_by_its_destination() {
    let (mut world, message, proof) = sent();
    for shard in [A, C] {
        assert_eq!(world.rejected(shard, BERT, deliver(message.clone(), proof.clone())), "atomic.wrong_shard");
    }
}

#[test]
fn a_proof_of_something_else_proves_nothing() {
    let (mut world, message, proof) = sent();
    let others =
        [world.prove(A, &OutboxKey(B, 1)), world.prove(A, &OutboxKey(B, 3)), world.prove(A, &OutboxHeadKey(B))];
    for other in others {
        assert_eq!(world.rejected(B, BERT, deliver(message.clone(), other)), "atomic.proof_mismatch");
    }
    let mut grafted = proof.clone();
    grafted.block = world.tip(C);
    assert_eq!(world.rejected(B, BERT, deliver(message.clone(), grafted)), "atomic.proof_mismatch");
    let mut renamed = proof;
    renamed.block.header.shard = ShardId(2);
    assert_eq!(world.rejected(B, BERT, deliver(message, renamed)), "atomic.wrong_shard");
}

#[test]
fn an_invented_state_needs_a_quorum() {
    let (mut world, mut message, proof) = sent();
    message.payload = Payload::Credit { from: ANNA, to: BERT, amount: Amount(1_000_000) };
    for signers in [&[][..], &[0], &[0, 1], &[0, 0, 0], &[2, 1, 0], &[1, 2, 9]] {
        let forged = invented(&proof, &message, signers);
        assert_eq!(world.rejected(B, BERT, deliver(message.clone(), forged)), "atomic.uncertified", "{signers:?}");
    }
    let mut stolen = invented(&proof, &message, &[0, 1]);
    stolen.block.certificate = proof.block.certificate.clone();
    assert_eq!(world.rejected(B, BERT, deliver(message, stolen)), "atomic.uncertified", "signatures of another header");
}

#[test]
fn validators_of_another_epoch_certify_nothing_in_this_one() {
    let (mut world, message, proof) = sent();
    world.enter_epoch();
    let mut claimed = proof.block.header.clone();
    claimed.epoch = Epoch(1);
    let by_the_old = Box::new(Proof { block: certify(claimed.clone(), 0, &[0, 1, 2, 3]), state: proof.state.clone() });
    assert_eq!(world.rejected(B, BERT, deliver(message.clone(), by_the_old)), "atomic.uncertified");
    claimed.epoch = Epoch(2);
    let too_early = Box::new(Proof { block: certify(claimed, 2, &[0, 1, 2, 3]), state: proof.state.clone() });
    assert_eq!(world.rejected(B, BERT, deliver(message.clone(), too_early)), "atomic.unknown_epoch");
    world.applied(B, BERT, deliver(message, proof));
}

#[test]
fn an_old_proof_is_renewed_under_a_new_header() {
    let (mut world, message, proof) = sent();
    world.enter_epoch();
    world.enter_epoch();
    assert_eq!(world.rejected(B, BERT, deliver(message.clone(), proof)), "atomic.unknown_epoch");
    let stale = world.deliver(A, B, 2);
    assert_eq!(world.rejected(B, BERT, stale), "atomic.unknown_epoch", "no block of the new epoch on that shard yet");
    world.block(A, Vec::new());
    let renewed = world.deliver(A, B, 2);
    world.applied(B, BERT, renewed);
    assert_eq!(world.balance(B, BERT), Amount(1_300));
}
