//! What a leader promised [P15], on the disk and then said. Invariant: a promise is signed and said only after it and its
//! transactions are durable, so that a leader which starts again still owes them. A thread of its own writes them: the
//! shard never waits for a promise, and a disk that fails here ends the promises and nothing else.
//!
//! One file of entries, each with its length and digest. Reading ends at the first that does not fit, which is where the
//! last write was torn. When the file has grown, it is written anew with what is still owed.

use crate::{
    NodeError,
    shard::{Request, Shard},
    wire::Wire,
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_replica::{Message, Owed, PromiseRequest};
use chain_types::{
    Epoch, SecretKey, TimestampMs, Transaction, TxId,
    beacon::PromiseBatch,
    codec,
    digest::{Tag, hash},
    transaction::CheckedTransaction,
};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

/// Promises that may wait to be written; those above it are not given.
const PROMISE_REQUESTS_MAX: usize = 64;
/// Bytes of the file above which it is written anew.
const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Bytes before an entry's content: length and digest.
const ENTRY_HEAD: usize = 4 + 32;

/// Transactions that were promised in one epoch.
#[derive(BorshSerialize, BorshDeserialize)]
struct Entry {
    epoch: Epoch,
    transactions: Vec<Transaction>,
}

/// What the file holds of a transaction that is owed.
struct Written {
    epoch: Epoch,
    valid_until: TimestampMs,
    /// The transaction, encoded: the ledger's own copy goes into its block without another being made.
    bytes: Box<[u8]>,
}

impl Written {
    fn of(epoch: Epoch, transaction: &Transaction) -> Self {
        let bytes = codec::encode(transaction).into_boxed_slice();
        Self { epoch, valid_until: transaction.header.valid_until_ms, bytes }
    }
}

/// The file.
pub(crate) struct PromiseFile {
    path: PathBuf,
    file: File,
    length: u64,
    owed: BTreeMap<TxId, Written>,
}

impl PromiseFile {
    /// Opens the file and reads what may be owed still; the replica knows what of it is on the chain.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Vec<Owed>)> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let (mut owed, mut read, mut rest) = (BTreeMap::new(), Vec::new(), &bytes[..]);
        while let Some((Entry { epoch, transactions }, after)) = read_entry(rest) {
            for transaction in transactions {
                owed.insert(transaction.header.id(), Written::of(epoch, &transaction));
                read.push((epoch, transaction));
            }
            rest = after;
        }
        let length = (bytes.len() - rest.len()) as u64;
        file.set_len(length)?;
        sync_folder(path)?;
        Ok((Self { path: path.to_owned(), file, length, owed }, read))
    }

    fn append(&mut self, epoch: Epoch, transactions: &[Arc<CheckedTransaction>]) -> io::Result<()> {
        let written: Vec<_> =
            transactions.iter().map(|one| (one.id(), Written::of(epoch, one.transaction()))).collect();
        let bytes = entry_bytes(epoch, written.iter().map(|(_, one)| one));
        self.file.write_all(&bytes)?;
        self.length += bytes.len() as u64;
        self.owed.extend(written);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn forget(&mut self, ids: &[TxId], time: TimestampMs) -> io::Result<()> {
        for id in ids {
            self.owed.remove(id);
        }
        if self.length <= FILE_BYTES_MAX {
            return Ok(());
        }
        self.owed.retain(|_, one| one.valid_until > time);
        let mut by_epoch = BTreeMap::<_, Vec<_>>::new();
        for one in self.owed.values() {
            by_epoch.entry(one.epoch).or_default().push(one);
        }
        let bytes: Vec<_> =
            by_epoch.into_iter().flat_map(|(epoch, ones)| entry_bytes(epoch, ones.into_iter())).collect();
        let fresh = self.path.with_extension("new");
        let mut file = File::create(&fresh)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        std::fs::rename(&fresh, &self.path)?;
        sync_folder(&self.path)?;
        self.file = OpenOptions::new().append(true).open(&self.path)?;
        self.length = bytes.len() as u64;
        Ok(())
    }
}

fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// An [`Entry`] as it stands in the file.
fn entry_bytes<'a>(epoch: Epoch, transactions: impl ExactSizeIterator<Item = &'a Written>) -> Vec<u8> {
    let mut content = codec::encode(&epoch);
    codec::encode_into(&u32::try_from(transactions.len()).unwrap_or(u32::MAX), &mut content);
    for transaction in transactions {
        content.extend_from_slice(&transaction.bytes);
    }
    let mut bytes = codec::encode(&u32::try_from(content.len()).unwrap_or(u32::MAX));
    bytes.extend_from_slice(&digest(&content));
    bytes.append(&mut content);
    bytes
}

fn digest(content: &[u8]) -> [u8; 32] {
    hash(Tag::PROMISE, &[b"journal", content]).0
}

/// The first entry and what follows it; `None` when no whole one stands there.
fn read_entry(bytes: &[u8]) -> Option<(Entry, &[u8])> {
    let (head, rest) = bytes.split_at_checked(ENTRY_HEAD)?;
    let (length, expected) = head.split_first_chunk::<4>()?;
    let (content, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let entry = codec::decode("promised transactions", content).ok().filter(|_| digest(content) == *expected)?;
    Some((entry, rest))
}

enum Note {
    PromiseRequest(PromiseRequest),
    Kept(Vec<TxId>, TimestampMs),
}

/// The thread that writes and says a shard's promises; dropping it ends the thread.
pub(crate) struct Promising {
    notes: Option<Sender<Note>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Promising {
    /// Starts the thread of a shard; `shard` hears what is promised to this node's own clients.
    pub(crate) fn start(
        name: String,
        file: PromiseFile,
        key: SecretKey,
        wire: Wire,
        shard: Sender<Request>,
    ) -> io::Result<Self> {
        let (notes, waiting) = bounded(PROMISE_REQUESTS_MAX);
        let mut pen = Pen { file, key, wire, shard };
        let run = move || {
            if let Err(error) = pen.run(&waiting) {
                tracing::error!(%error, "promises cannot be written; this validator gives none until it starts again");
            }
        };
        let thread = thread::Builder::new().name(name).spawn(run)?;
        Ok(Self { notes: Some(notes), thread: Some(thread) })
    }

    /// Makes a promise, or none when too many wait: the transactions are owed all the same, and nobody was told.
    pub(crate) fn request(&self, request: PromiseRequest) {
        self.note(Note::PromiseRequest(request));
    }

    /// These are owed no more, nor is what expired before `time`.
    pub(crate) fn kept(&self, ids: Vec<TxId>, time: TimestampMs) {
        self.note(Note::Kept(ids, time));
    }

    fn note(&self, note: Note) {
        if let Some(notes) = &self.notes {
            let _ = notes.try_send(note);
        }
    }
}

impl Drop for Promising {
    fn drop(&mut self) {
        self.notes = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shard {
    /// Starts to give promises, if there are peers; `requests` is the way to the shard itself.
    pub(crate) fn promise_through(&mut self, file: PromiseFile, requests: Sender<Request>) -> Result<(), NodeError> {
        if let Some(wire) = &self.wire {
            let name = format!("promise-{}", self.id);
            let promising = Promising::start(name, file, self.key.clone(), wire.clone(), requests);
            let failed = |source| NodeError::File { doing: "starting a promise thread", source };
            self.promising = Some(promising.map_err(failed)?);
        }
        Ok(())
    }
}

struct Pen {
    file: PromiseFile,
    key: SecretKey,
    wire: Wire,
    shard: Sender<Request>,
}

impl Pen {
    /// Writes whatever waits together, syncs it once, and then says it.
    fn run(&mut self, notes: &Receiver<Note>) -> io::Result<()> {
        while let Ok(first) = notes.recv() {
            let mut durable = Vec::new();
            for note in std::iter::once(first).chain(notes.try_iter()) {
                match note {
                    Note::PromiseRequest(request) => {
                        self.file.append(request.promise.epoch, &request.transactions)?;
                        durable.push(request);
                    }
                    Note::Kept(ids, time) => self.file.forget(&ids, time)?,
                }
            }
            if !durable.is_empty() {
                self.file.sync()?;
            }
            for request in durable {
                self.say(request);
            }
        }
        Ok(())
    }

    fn say(&self, PromiseRequest { promise, ids, submitters, .. }: PromiseRequest) {
        let own = self.key.public_key();
        let message = Message::Promised(Box::new(PromiseBatch { signed: promise.sign(&self.key), ids }));
        for submitter in submitters {
            if submitter == own {
                let _ =
                    self.shard.try_send(Request::Peer { from: own, message: Box::new(message.clone()), held: None });
            } else {
                self.wire.send(Some(&submitter), &message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain_types::{Body, ChainId, Command, Digest, Entry, EntryCore, Mode, TenantId, account, transaction::Draft};

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
        Arc::new(signed.check().expect("it is well formed"))
    }

    fn open(path: &Path) -> (PromiseFile, Vec<(Epoch, TxId)>) {
        let (file, owed) = PromiseFile::open(path).expect("opens");
        (file, owed.iter().map(|(epoch, transaction)| (*epoch, transaction.header.id())).collect())
    }

    /// What was promised is owed after a restart; a torn write takes the newest promise, which was not said, and no other.
    #[test]
    fn a_torn_promise_leaves_those_before_it() {
        let folder = tempfile::tempdir().expect("a folder");
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
            torn.set_len(file.length).expect("zeros take the place of what was torn");
        }
        let (mut again, _) = open(&path);
        let third = transaction(3, 10, 1_000);
        again.append(EPOCH, &[Arc::clone(&third)]).expect("goes on after the last whole one");
        assert_eq!(open(&path).1, [(EPOCH, first.id()), (EPOCH, third.id())]);
    }

    /// The file stays small: above its limit it is written anew with what is neither kept nor expired.
    #[test]
    fn what_is_owed_no_more_leaves_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("promises");
        let (mut file, _) = open(&path);
        let (kept, expired, owed) = (transaction(1, 10, 9_000), transaction(2, 10, 1_000), transaction(3, 10, 9_000));
        file.append(EPOCH, &[Arc::clone(&kept), expired, Arc::clone(&owed)]).expect("writes");
        file.forget(&[kept.id()], TimestampMs(1_000)).expect("writes");
        assert_eq!(open(&path).1.len(), 3, "below the limit nothing is written");
        let large = transaction(4, chain_types::limit::BODY_BYTES_MAX, 9_000);
        while file.length <= FILE_BYTES_MAX {
            file.append(EPOCH, &[Arc::clone(&large)]).expect("writes");
        }
        file.forget(&[large.id()], TimestampMs(1_000)).expect("writes");
        let (again, read) = open(&path);
        assert_eq!((read, again.length), (vec![(EPOCH, owed.id())], file.length));
        assert!(file.length < 4_096);
    }
}
