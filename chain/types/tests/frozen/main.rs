//! Frozen encodings [P2]: the bytes of one value of every type that is hashed, signed or stored, with a digest. A changed
//! line is a changed protocol: no existing chain, signature or bundle would survive it.
//!
//! The file has one line per value, `name bytes digest`, in hexadecimal. The digest is the type's own where it has one,
//! else the plain `H(seen, bytes)` over the bytes. `WAYMARK_BLESS=1` writes the file, for new types only.

mod crossing;
mod epoch;
mod random;
mod sample;

use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Block, BlockHeader, Body, BodySeal, Certificate, Command, CommandCore, Digest, Event, FinalBlock, Genesis, Receipt,
    StreamHead, Transaction, TransactionHeader, Vote,
    account::Tenant,
    atomic::{BundleRecord, Lock, Message, Opening, OutboxHead},
    beacon::{HandOver, HandOverProof},
    body::Field,
    codec::{self, CodecError},
    digest::{Tag, hash},
    merkle::Path,
    native::{Amount, SUPPLY},
    state::{StateKey, StateProof, Terminal},
    validator::ValidatorSet,
};
use std::{fmt::Write as _, fs, path::PathBuf};

struct Lines(String);

impl Lines {
    fn add<T: BorshSerialize + BorshDeserialize + PartialEq>(&mut self, name: &'static str, value: &T, digest: Digest) {
        let bytes = codec::encode(value);
        assert!(codec::decode::<T>(name, &bytes).as_ref() == Ok(value), "{name} comes back from its bytes");
        let longer = [&bytes[..], &[0]].concat();
        assert!(matches!(codec::decode::<T>(name, &longer), Err(CodecError::Malformed { .. })), "{name} with a tail");
        let shorter = &bytes[..bytes.len() - 1];
        assert!(matches!(codec::decode::<T>(name, shorter), Err(CodecError::Malformed { .. })), "{name} cut");
        writeln!(self.0, "{name} {} {digest}", hex::encode(&bytes)).expect("text is written to memory");
    }

    fn plain<T: BorshSerialize + BorshDeserialize + PartialEq>(&mut self, name: &'static str, value: &T) {
        self.add(name, value, hash(Tag::SEEN, &[&codec::encode(value)]));
    }
}

fn lines() -> String {
    let mut lines = Lines(String::new());
    let genesis: Genesis = sample::genesis();
    lines.add("genesis", &genesis, genesis.chain_id().0);
    let set: &ValidatorSet = &genesis.validators;
    lines.add("validator_set", set, set.digest());

    for (name, operation) in sample::operations() {
        let core: CommandCore = sample::core(operation);
        lines.plain(name, &core);
    }
    let [sealed, public]: [Command; 2] = sample::commands();
    lines.add("command_sealed", &sealed, sealed.leaf());
    lines.add("command_public", &public, public.leaf());
    for (name, body) in [("body_sealed", &sealed.body), ("body_public", &public.body)] {
        let body: &Body = body;
        lines.add(name, body, body.digest());
    }
    for (name, seal) in [("body_seal_sealed", sealed.body.seal()), ("body_seal_public", public.body.seal())] {
        let seal: BodySeal = seal;
        lines.add(name, &seal, seal.digest());
    }
    let field: Field = sample::field();
    lines.add("field", &field, field.leaf());

    let transaction: Transaction = sample::transaction();
    let header: &TransactionHeader = &transaction.header;
    lines.add("transaction_header", header, header.id().0);
    lines.add("transaction", &transaction, header.id().0);

    for (name, receipt) in sample::receipts() {
        let receipt: Receipt = receipt;
        lines.plain(name, &receipt);
    }
    for (name, event) in sample::events() {
        let event: Event = event;
        lines.plain(name, &event);
    }

    let block: FinalBlock = sample::final_block();
    let header: &BlockHeader = &block.header;
    lines.add("block_header", header, header.digest());
    let vote: Vote = header.finalise_vote();
    lines.add("vote", &vote, vote.digest());
    let certificate: &Certificate = &block.certificate;
    lines.plain("certificate", certificate);
    let contents: &Block = &block.block;
    lines.plain("block", contents);
    lines.plain("final_block", &block);

    for (name, key) in sample::state_keys() {
        let key: StateKey = key;
        lines.add(name, &key, key.path());
    }
    let head: StreamHead = sample::stream_head();
    lines.plain("stream_head", &head);
    let tenant: Tenant = sample::tenant();
    lines.plain("tenant", &tenant);
    let path: Path = sample::path();
    lines.plain("path", &path);
    for (name, terminal) in sample::terminals() {
        let terminal: Terminal = terminal;
        let proof = StateProof { siblings: vec![Digest([0x51; 32]), Digest::ZERO], terminal };
        lines.plain(name, &proof);
    }
    crossing_lines(&mut lines);
    epoch_lines(&mut lines);
    lines.0
}

fn epoch_lines(lines: &mut Lines) {
    let genesis: Genesis = epoch::genesis_with_beacon();
    lines.add("genesis_with_beacon", &genesis, genesis.chain_id().0);
    let hand_over: HandOver = epoch::hand_over();
    lines.plain("hand_over", &hand_over);
    let proof: HandOverProof = epoch::hand_over_proof();
    lines.plain("hand_over_proof", &proof);
    for (name, operation) in epoch::operations() {
        lines.plain(name, &sample::core(operation));
    }
    for (name, event) in epoch::events() {
        lines.plain(name, &event);
    }
    for (name, key) in epoch::state_keys() {
        lines.add(name, &key, key.path());
    }
}

fn crossing_lines(lines: &mut Lines) {
    for (name, operation) in crossing::operations() {
        lines.plain(name, &sample::core(operation));
    }
    for (name, event) in crossing::events() {
        lines.plain(name, &event);
    }
    for (name, key) in crossing::state_keys() {
        lines.add(name, &key, key.path());
    }
    let opening: Opening = crossing::opening();
    lines.add("opening", &opening, opening.id().0);
    for (name, message) in crossing::messages() {
        let message: Message = message;
        lines.plain(name, &message);
    }
    for (name, record) in crossing::records() {
        let record: BundleRecord = record;
        lines.plain(name, &record);
    }
    for (name, lock) in crossing::locks() {
        let lock: Lock = lock;
        lines.plain(name, &lock);
    }
    let head: OutboxHead = crossing::outbox_head();
    lines.plain("outbox_head", &head);
    let amount: Amount = SUPPLY;
    lines.plain("amount", &amount);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs the test decides whether it writes the file")]
fn no_encoding_has_changed() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/frozen/encodings.txt");
    let found = lines();
    if std::env::var_os("WAYMARK_BLESS").is_some_and(|value| value == "1") {
        fs::write(&path, &found).expect("the file can be written");
    }
    let frozen = fs::read_to_string(&path).expect("the file of frozen encodings is there");
    for (found, frozen) in found.lines().zip(frozen.lines()) {
        assert_eq!(found, frozen);
    }
    assert_eq!(found.lines().count(), frozen.lines().count());
}
