//! Compares the encoding of one value of every hashed, signed or stored type with a file [P2, canonical encoding].
//! Invariant: a line of the file never changes. A changed line is an incompatible protocol: existing chains, signatures
//! and bundles (evidence files) become invalid.
//!
//! The file has one line per value, `name bytes digest`, in hexadecimal. The digest is the one that the type defines,
//! or else the plain `H(seen, bytes)` over the bytes. `WAYMARK_BLESS=1` writes the file; use it for new types only.

#[macro_use]
mod domain;
mod crossing;
mod epoch;
mod random;
mod sample;
mod word;

use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Block, BlockHeader, Body, BodySeal, Certificate, Digest, Entry, EntryCore, FinalBlock, Genesis, Receipt,
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
    fn add<T: BorshSerialize + BorshDeserialize + PartialEq>(&mut self, name: &str, value: &T, digest: Digest) {
        let bytes = codec::encode(value);
        assert!(codec::decode::<T>("a value", &bytes).as_ref() == Ok(value), "{name} does not decode from its bytes");
        let longer = [&bytes[..], &[0]].concat();
        assert!(
            matches!(codec::decode::<T>("a value", &longer), Err(CodecError::Malformed { .. })),
            "{name} decodes with a trailing byte"
        );
        let shorter = &bytes[..bytes.len() - 1];
        assert!(
            matches!(codec::decode::<T>("a value", shorter), Err(CodecError::Malformed { .. })),
            "{name} decodes without its last byte"
        );
        writeln!(self.0, "{name} {} {digest}", hex::encode(&bytes)).expect("writing to memory cannot fail");
    }

    fn plain<T: BorshSerialize + BorshDeserialize + PartialEq>(&mut self, name: &str, value: &T) {
        self.add(name, value, hash(Tag::SEEN, &[&codec::encode(value)]));
    }
}

fn lines() -> String {
    let mut lines = Lines(String::new());
    let genesis: Genesis = sample::genesis();
    lines.add("genesis", &genesis, genesis.chain_id().0);
    let set: &ValidatorSet = &genesis.validators;
    lines.add("validator_set", set, set.digest());

    for word in word::commands() {
        let core: EntryCore = sample::core(word.value);
        lines.plain(&format!("entry_core.{}", word.name), &core);
    }
    for word in word::events() {
        lines.plain(&format!("event.{}", word.name), &word.value);
    }
    let [sealed, public]: [Entry; 2] = sample::entries();
    lines.add("entry_sealed", &sealed, sealed.leaf());
    lines.add("entry_public", &public, public.leaf());
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

    let keys = sample::state_keys().map(|(name, key)| (name.to_owned(), key));
    let of_domains =
        domain::state_keys().into_iter().map(|(name, key)| (format!("state_key_{}", name.to_lowercase()), key));
    for (name, key) in keys.into_iter().chain(of_domains) {
        let key: StateKey = key;
        lines.add(&name, &key, key.path());
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
    for (name, key) in epoch::state_keys() {
        lines.add(name, &key, key.path());
    }
}

fn crossing_lines(lines: &mut Lines) {
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

/// The text of a file in this folder. With `WAYMARK_BLESS=1` the file is written first.
#[expect(clippy::disallowed_methods, reason = "the caller's environment decides whether the file is written")]
fn frozen(name: &str, found: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/frozen").join(name);
    if std::env::var_os("WAYMARK_BLESS").is_some_and(|value| value == "1") {
        fs::write(&path, found).expect("the file can be written");
    }
    fs::read_to_string(&path).expect("the file exists")
}

fn assert_frozen(name: &str, found: &str) {
    let frozen = frozen(name, found);
    for (found, frozen) in found.lines().zip(frozen.lines()) {
        assert_eq!(found, frozen);
    }
    assert_eq!(found.lines().count(), frozen.lines().count());
}

#[test]
fn no_encoding_has_changed() {
    assert_frozen("encodings.txt", &lines());
}
