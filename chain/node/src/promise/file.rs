//! The file of a shard's promises (soft confirmations) [P15, promises]. Invariant: a synced promise is read again after
//! a restart until it is kept or expired. Promises that are no longer open may be read again too.
//!
//! The file is a list of entries, each with its length and digest. Reading ends at the first invalid entry, where the
//! last write was torn. A file that has grown too long is rewritten with the promises that are still open.

use borsh::{BorshDeserialize, BorshSerialize};
use chain_replica::Owed;
use chain_types::{
    Epoch, TimestampMs, Transaction, TxId, codec,
    digest::{Tag, hash},
    transaction::CheckedTransaction,
};
use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Bytes of the file above which it is rewritten.
const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Bytes before an entry's content: length and digest.
const ENTRY_HEAD: usize = 4 + 32;

/// Transactions that were promised in one epoch.
#[derive(BorshSerialize, BorshDeserialize)]
struct Entry {
    epoch: Epoch,
    transactions: Vec<Transaction>,
}

/// A promised transaction as the file holds it.
struct Written {
    epoch: Epoch,
    valid_until: TimestampMs,
    /// The encoded transaction. Encoded, because the replica can then move its own copy into the block without cloning.
    bytes: Box<[u8]>,
}

impl Written {
    fn of(epoch: Epoch, transaction: &Transaction) -> Self {
        let bytes = codec::encode(transaction).into_boxed_slice();
        Self { epoch, valid_until: transaction.header.valid_until_ms, bytes }
    }
}

pub(crate) struct PromiseFile {
    path: PathBuf,
    file: File,
    length: u64,
    owed: BTreeMap<TxId, Written>,
}

impl PromiseFile {
    /// Opens the file and reads the promises that may still be open. The replica knows which of them are on the chain.
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

    /// Writes promises; [`Self::sync`] makes them durable. After an error the file is as it was before.
    pub(super) fn append(&mut self, epoch: Epoch, transactions: &[Arc<CheckedTransaction>]) -> io::Result<()> {
        let written: Vec<_> =
            transactions.iter().map(|one| (one.id(), Written::of(epoch, one.transaction()))).collect();
        let bytes = entry_bytes(epoch, written.iter().map(|(_, one)| one));
        if let Err(error) = self.file.write_all(&bytes) {
            // Reading would end at a torn entry and miss those after it.
            self.file.set_len(self.length)?;
            return Err(error);
        }
        self.length += bytes.len() as u64;
        self.owed.extend(written);
        Ok(())
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Forgets kept and expired promises, and rewrites the file when it has grown too long.
    pub(super) fn forget(&mut self, ids: &[TxId], time: TimestampMs) -> io::Result<()> {
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

/// Encodes an [`Entry`] for the file.
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

/// The first entry and the bytes after it; `None` when there is no whole entry.
fn read_entry(bytes: &[u8]) -> Option<(Entry, &[u8])> {
    let (head, rest) = bytes.split_at_checked(ENTRY_HEAD)?;
    let (length, expected) = head.split_first_chunk::<4>()?;
    let (content, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let entry = codec::decode("promised transactions", content).ok().filter(|_| digest(content) == *expected)?;
    Some((entry, rest))
}

#[cfg(test)]
mod tests;
