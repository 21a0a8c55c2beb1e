//! Tests of the promise file across restarts, torn writes and rewrites.

use super::*;
use chain_types::{
    Body, ChainId, Command, Digest, Entry, EntryCore, Mode, SecretKey, TenantId, account, transaction::Draft,
};

const EPOCH: Epoch = Epoch(3);

fn transaction(salt: u8, bytes: usize, valid_until_ms: u64) -> Arc<CheckedTransaction> {
    let draft = Draft {
        chain_id: ChainId(Digest([7; 32])),
        tenant: TenantId([1; 16]),
        valid_until_ms: TimestampMs(valid_until_ms),
        salt: [salt; 16],
        mode: Mode::Independent,
    };
    let command =
        account::Command::AddAuthor(account::AddAuthor { author: SecretKey::from_seed(&[2; 32]).public_key() });
    let core = EntryCore { subjects: Vec::new(), command: Command::Account(command) };
    let entries = vec![Entry { core, body: Body::Public(vec![0; bytes]) }];
    let signed = draft.sign(&SecretKey::from_seed(&[1; 32]), entries);
    Arc::new(signed.check().expect("the transaction is well formed"))
}

fn open(path: &Path) -> (PromiseFile, Vec<(Epoch, TxId)>) {
    let (file, owed) = PromiseFile::open(path).expect("opens");
    (file, owed.iter().map(|(epoch, transaction)| (*epoch, transaction.header.id())).collect())
}

/// Promises are still open after a restart. A torn write loses only the newest promise, which was not sent.
#[test]
fn a_torn_promise_leaves_those_before_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("promises");
    let (first, second) = (transaction(1, 10, 1_000), transaction(2, 10, 1_000));
    let (mut file, _) = open(&path);
    file.append(EPOCH, &[Arc::clone(&first)]).expect("writes");
    let whole = file.length;
    file.append(EPOCH, &[second]).expect("writes");
    file.sync().expect("syncs");
    for length in whole..file.length {
        let torn = OpenOptions::new().write(true).open(&path).expect("opens");
        torn.set_len(length).expect("tears");
        let (again, owed) = open(&path);
        assert_eq!((owed, again.length), (vec![(EPOCH, first.id())], whole), "torn at {length}");
        torn.set_len(file.length).expect("the torn part becomes zeros");
    }
    let (mut again, _) = open(&path);
    let third = transaction(3, 10, 1_000);
    again.append(EPOCH, &[Arc::clone(&third)]).expect("appends after the last whole entry");
    assert_eq!(open(&path).1, [(EPOCH, first.id()), (EPOCH, third.id())]);
}

/// The file stays small: above its limit it is rewritten with the promises that are neither kept nor expired.
#[test]
fn closed_promises_are_removed_from_the_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("promises");
    let (mut file, _) = open(&path);
    let (kept, expired, owed) = (transaction(1, 10, 9_000), transaction(2, 10, 1_000), transaction(3, 10, 9_000));
    file.append(EPOCH, &[Arc::clone(&kept), expired, Arc::clone(&owed)]).expect("writes");
    file.forget(&[kept.id()], TimestampMs(1_000)).expect("writes");
    assert_eq!(open(&path).1.len(), 3, "below the limit nothing is rewritten");
    let large = transaction(4, chain_types::limit::BODY_BYTES_MAX, 9_000);
    while file.length <= FILE_BYTES_MAX {
        file.append(EPOCH, &[Arc::clone(&large)]).expect("writes");
    }
    file.forget(&[large.id()], TimestampMs(1_000)).expect("writes");
    let (again, read) = open(&path);
    assert_eq!((read, again.length), (vec![(EPOCH, owed.id())], file.length));
    assert!(file.length < 4_096);
}
