//! A transaction that is too large in any way is refused by its first check. Its estimated size is never below its
//! encoded size.

use chain_types::{
    Body, ChainId, Command, Digest, Entry, EntryCore, Mode, SecretKey, Subject, TenantId, TimestampMs, Transaction,
    account, codec,
    limit::{BODY_BYTES_MAX, ENTRIES_PER_TRANSACTION_MAX, SUBJECTS_PER_RECORD_MAX, TRANSACTION_BYTES_MAX},
    transaction::{Draft, TransactionError},
    work::WorkParameters,
};

fn subject(number: usize) -> Subject {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Subject(Digest(bytes))
}

fn entry(subjects: Vec<Subject>, body: Body) -> Entry {
    let author = SecretKey::from_seed(&[2; 32]).public_key();
    let command = Command::Account(account::Command::AddAuthor(account::AddAuthor { author }));
    Entry { core: EntryCore { subjects, command }, body }
}

/// A command without subjects and with an empty body.
pub(crate) fn small() -> Entry {
    entry(Vec::new(), Body::Public(Vec::new()))
}

pub(crate) fn sign(entries: Vec<Entry>) -> Transaction {
    let draft = Draft {
        chain_id: ChainId(Digest([1; 32])),
        tenant: TenantId([1; 16]),
        valid_until_ms: TimestampMs(1),
        salt: [1; 16],
        mode: Mode::Atomic,
    };
    draft.sign(&SecretKey::from_seed(&[1; 32]), entries)
}

fn fault(entries: Vec<Entry>) -> Option<TransactionError> {
    sign(entries).check().err()
}

#[test]
fn a_transaction_carries_one_to_the_limit_of_commands() {
    assert_eq!(fault(vec![]), Some(TransactionError::EntryCount));
    assert_eq!(fault(vec![small()]), None);
    assert_eq!(fault(vec![small(); ENTRIES_PER_TRANSACTION_MAX]), None);
    assert_eq!(fault(vec![small(); ENTRIES_PER_TRANSACTION_MAX + 1]), Some(TransactionError::EntryCount));
}

#[test]
fn subjects_are_strictly_ascending_up_to_their_limit() {
    let fault_of = |numbers: Vec<usize>| fault(vec![entry(numbers.into_iter().map(subject).collect(), small().body)]);
    assert_eq!(fault_of((0..SUBJECTS_PER_RECORD_MAX).collect()), None);
    assert_eq!(fault_of((0..=SUBJECTS_PER_RECORD_MAX).collect()), Some(TransactionError::Subjects));
    assert_eq!(fault_of(vec![2, 1]), Some(TransactionError::Subjects));
    assert_eq!(fault_of(vec![1, 1]), Some(TransactionError::Subjects));
}

#[test]
fn a_body_is_limited_in_size_public_and_sealed() {
    let sealed = |bytes| Body::Sealed { ciphertext: vec![0; bytes], commitment: Digest::ZERO };
    for body_of in [|bytes| Body::Public(vec![0; bytes]), sealed] {
        assert_eq!(fault(vec![entry(Vec::new(), body_of(BODY_BYTES_MAX))]), None);
        assert_eq!(fault(vec![entry(Vec::new(), body_of(BODY_BYTES_MAX + 1))]), Some(TransactionError::BodySize));
    }
}

#[test]
fn a_transaction_is_limited_in_size() {
    let empty = sign(vec![small()]).check().expect("the transaction is small").bytes();
    let per_command = sign(vec![small(); 2]).check().expect("the transaction is small").bytes() - empty;
    let full = TRANSACTION_BYTES_MAX / (per_command + BODY_BYTES_MAX);
    let mut entries = vec![entry(Vec::new(), Body::Public(vec![0; BODY_BYTES_MAX])); full];
    let rest = TRANSACTION_BYTES_MAX - empty - full * (per_command + BODY_BYTES_MAX);
    for (bytes, expected) in [(rest, None), (rest + 1, Some(TransactionError::Size))] {
        entries.push(entry(Vec::new(), Body::Public(vec![0; bytes])));
        assert_eq!(fault(entries.clone()), expected);
        entries.pop();
    }
}

#[test]
fn the_estimated_size_is_never_too_small() {
    let sealed = Body::Sealed { ciphertext: vec![0; 100], commitment: Digest::ZERO };
    for entries in [
        vec![small()],
        vec![small(); ENTRIES_PER_TRANSACTION_MAX],
        vec![entry((0..SUBJECTS_PER_RECORD_MAX).map(subject).collect(), sealed); 3],
    ] {
        let transaction = sign(entries);
        let encoded = codec::encode(&transaction).len();
        assert!(transaction.check().expect("the transaction is within its limits").bytes() >= encoded);
    }
}

#[test]
fn the_signed_header_commits_to_count_and_root() {
    let mut fewer = sign(vec![small(); 3]);
    fewer.entries.pop();
    let mut other_count = sign(vec![small(); 3]);
    other_count.header.entry_count = 2;
    for transaction in [fewer, other_count] {
        assert_eq!(transaction.check().err(), Some(TransactionError::EntriesRoot));
    }
}

#[test]
fn faults_have_stable_codes() {
    use TransactionError::{BodySize, EntriesRoot, EntryCount, Size, Subjects};
    let codes = [EntryCount, EntriesRoot, Subjects, BodySize, Size].map(TransactionError::code);
    let expected = [
        "ledger.entry_count",
        "ledger.entries_root",
        "ledger.subjects",
        "ledger.body_too_large",
        "ledger.transaction_too_large",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn entries_weigh_the_same_before_and_after_they_are_signed() {
    let sealed = entry((0..3).map(subject).collect(), Body::Public(vec![7; 5_000]));
    let entries = vec![small(), sealed, small()];
    let parameters = WorkParameters::default();
    let before = parameters.of_entries(&entries);
    assert_eq!(before, parameters.of(&sign(entries).check().expect("the transaction is within its limits")));
}
