//! The write-ahead journal of a validator's votes on one shard [P11, no signature before its record]. Invariant:
//! [`Journal::record`] returns a signed vote only after the vote is on disk. The journal never signs two votes that
//! contradict each other.
//!
//! The file holds a mark and two regions that are used in turn. Each height begins a new region, so its entries never
//! overwrite those of the height before, which may not be durable in the store yet. A height that fills its region
//! continues in the other region. The first entry there carries over what is still needed ([`Memory::settle`]), so a
//! height may last arbitrarily long.
//!
//! An entry holds the number of its region, its height, its own number and a digest. Reading a region ends at the first
//! entry that does not match: there the last write was torn, or the entries of an older region begin. The region with
//! the higher number is the current one.

use borsh::{BorshDeserialize, BorshSerialize};
use chain_consensus::{Memory, VIEWS_KEPT};
use chain_types::{
    Certificate, Digest, Height, SecretKey, SignedVote, View, Vote,
    certificate::{Equivocation, Step},
    codec,
    digest::{Tag, hash},
    signature::Namespace,
};
use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::FileExt as _,
    path::Path,
};

/// Bytes before the first region; the mark is at offset 0.
const REGION_START: u64 = 4_096;
/// Bytes of one region. The file is sparse.
const REGION_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes before an entry's content: length, region, height, number, digest.
const ENTRY_HEAD: usize = 4 + 8 + 8 + 4 + 32;

/// An entry of a region.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
enum Entry {
    Vote(SignedVote),
    Certificate(Certificate),
    Carried(Box<Carried>),
}

/// What a height that has filled its region carries over to the next region.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
struct Carried {
    below: View,
    votes: Vec<SignedVote>,
    certificates: Vec<Certificate>,
    /// The vote that was signed last, of any view.
    last: Option<SignedVote>,
}

/// The content of one region, and the offset at which writing continues.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct Region {
    /// Counts the regions that were begun; 0 before the first.
    number: u64,
    height: Height,
    entries: u32,
    end: u64,
    /// See [`Memory::below`].
    below: View,
    votes: BTreeMap<View, Vec<SignedVote>>,
    certificates: Vec<Certificate>,
    last: Option<SignedVote>,
}

impl Region {
    fn add(&mut self, entry: Entry) {
        self.entries = self.entries.saturating_add(1);
        match entry {
            Entry::Vote(signed) => {
                self.last = Some(signed.clone());
                self.votes.entry(signed.vote.view).or_default().push(signed);
            }
            Entry::Certificate(certificate) => self.certificates.push(certificate),
            Entry::Carried(carried) => {
                let Carried { below, votes, certificates, last } = *carried;
                for signed in votes {
                    self.votes.entry(signed.vote.view).or_default().push(signed);
                }
                (self.below, self.certificates, self.last) = (below, certificates, last);
            }
        }
    }

    fn memory(&self) -> Memory {
        let votes = self.votes.values().flatten().cloned().collect();
        Memory { below: self.below, votes, certificates: self.certificates.clone(), held: Vec::new() }
    }

    /// The first entry of the next region of the same height, in at most `bytes_max` bytes. `None` when it does not
    /// fit.
    fn carried(&self, bytes_max: u64) -> Option<Entry> {
        let mut kept = VIEWS_KEPT;
        loop {
            let mut memory = self.memory();
            memory.settle(kept);
            let Memory { below, votes, certificates, .. } = memory;
            let carried = Entry::Carried(Box::new(Carried { below, votes, certificates, last: self.last.clone() }));
            if codec::encode(&carried).len() as u64 <= bytes_max {
                return Some(carried);
            }
            kept = kept.checked_div(2).filter(|_| kept > 0)?;
        }
    }
}

pub(crate) struct Journal {
    file: File,
    region_bytes: u64,
    /// The region with the higher number.
    region: Region,
    /// Entries that are written together with the next vote.
    pending: Vec<u8>,
    persisted: Height,
}

impl Journal {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Self::open_with(path, REGION_BYTES)
    }

    fn open_with(path: &Path, region_bytes: u64) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let length = REGION_START + 2 * region_bytes;
        if file.metadata()?.len() < length {
            file.set_len(length)?;
            file.sync_all()?;
            if let Some(folder) = path.parent() {
                File::open(folder)?.sync_all()?;
            }
        }
        let regions = [read_region(&file, 0, region_bytes)?, read_region(&file, 1, region_bytes)?];
        let region = regions.into_iter().max_by_key(|region| region.number).unwrap_or_default();
        let persisted = read_mark(&file)?;
        Ok(Self { file, region_bytes, region, pending: Vec::new(), persisted })
    }

    /// The highest height in this journal.
    pub(crate) const fn height(&self) -> Height {
        self.region.height
    }

    /// The block of the newest vote.
    pub(crate) fn last_block(&self) -> Option<Digest> {
        self.region.last.as_ref().map(|signed| signed.vote.block)
    }

    /// Whether the newest vote is a finalise vote.
    pub(crate) fn ends_with_finalise(&self) -> bool {
        self.region.last.as_ref().is_some_and(|signed| signed.vote.step == Step::Finalise)
    }

    /// The votes and certificates of the newest height.
    pub(crate) fn memory(&self) -> chain_replica::Memory {
        let Memory { below, votes, certificates, .. } = self.region.memory();
        chain_replica::Memory { below: (self.region.height, below), votes, certificates }
    }

    /// The last block that is known to have been durable in the store.
    pub(crate) const fn persisted(&self) -> Height {
        self.persisted
    }

    /// Marks a block that is durable in the store.
    pub(crate) fn mark_persisted(&mut self, height: Height) -> io::Result<()> {
        self.file.write_all_at(&entry_bytes(0, height, 0, &[]), 0)?;
        self.persisted = height;
        Ok(())
    }

    /// Begins the journal of a store that was restored without one: after a final block that the validator may have
    /// signed. The next vote is for the height after it.
    pub(crate) fn begin_after(mut self, certificate: Certificate) -> io::Result<()> {
        let height = certificate.vote.height;
        self.log(certificate);
        self.flush()?;
        self.mark_persisted(height)?;
        self.file.sync_all()
    }

    /// Adds a certificate. It is written together with the next vote.
    pub(crate) fn log(&mut self, certificate: Certificate) {
        self.turn_to(certificate.vote.height);
        self.push(Entry::Certificate(certificate));
    }

    /// Signs a vote and returns it after it is on disk. After an error, call it again with the same vote before any
    /// other. A repeated step returns the stored signature. `None` for a view below the settled ones: its votes are
    /// forgotten, so nothing more is signed there.
    pub(crate) fn record(&mut self, vote: Vote, signer: u16, key: &SecretKey) -> io::Result<Option<SignedVote>> {
        assert!(vote.height >= self.region.height, "a validator never votes below its newest height");
        self.turn_to(vote.height);
        if vote.view < self.region.below {
            return Ok(None);
        }
        let recorded = self.region.votes.get(&vote.view).map_or(&[][..], Vec::as_slice);
        if let Some(stored) = recorded.iter().find(|stored| stored.vote == vote).cloned() {
            // An earlier call may have failed to write it.
            if !self.pending.is_empty() {
                self.flush()?;
            }
            return Ok(Some(stored));
        }
        let contradicts = recorded.iter().any(|stored| Equivocation::contradicts(&stored.vote, &vote));
        assert!(!contradicts, "a validator never contradicts a vote that it signed");
        let signature = key.sign(Namespace::VOTE, &vote.digest());
        let signed = SignedVote { vote, signer, signature };
        self.push(Entry::Vote(signed.clone()));
        self.flush()?;
        Ok(Some(signed))
    }

    fn turn_to(&mut self, height: Height) {
        if height > self.region.height {
            self.region = Region { number: self.region.number + 1, height, ..Region::default() };
            self.pending.clear();
        }
    }

    fn push(&mut self, entry: Entry) {
        let Region { number, height, entries, .. } = self.region;
        self.pending.extend(entry_bytes(number, height, entries, &codec::encode(&entry)));
        self.region.add(entry);
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.region.end + self.pending.len() as u64 > self.region_bytes {
            self.roll_over()?;
        }
        let start = offset(self.region.number, self.region_bytes);
        self.file.write_all_at(&self.pending, start + self.region.end)?;
        self.file.sync_data()?;
        self.region.end += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }

    /// Begins the next region of the same height. Its first entry carries over what is pending too. Until that entry is
    /// whole on disk, the region before it stays the current one.
    fn roll_over(&mut self) -> io::Result<()> {
        let full =
            || io::Error::new(io::ErrorKind::FileTooLarge, "the votes of one height do not fit into the journal");
        let carried = self.region.carried(self.region_bytes / 2).ok_or_else(full)?;
        self.region = Region { number: self.region.number + 1, height: self.region.height, ..Region::default() };
        self.pending.clear();
        self.push(carried);
        Ok(())
    }
}

/// The offset of a region.
const fn offset(number: u64, region_bytes: u64) -> u64 {
    REGION_START + (number % 2) * region_bytes
}

fn entry_bytes(region: u64, height: Height, number: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ENTRY_HEAD + content.len());
    codec::encode_into(&u32::try_from(content.len()).unwrap_or(u32::MAX), &mut bytes);
    codec::encode_into(&region, &mut bytes);
    codec::encode_into(&height, &mut bytes);
    codec::encode_into(&number, &mut bytes);
    let digest = digest(&bytes, content);
    bytes.extend_from_slice(&digest.0);
    bytes.extend_from_slice(content);
    bytes
}

fn digest(head: &[u8], content: &[u8]) -> Digest {
    hash(Tag::VOTE, &[b"journal", head, content])
}

/// An entry as stored in the file.
struct Stored {
    region: u64,
    height: Height,
    number: u32,
    content: Vec<u8>,
    /// Bytes of the whole entry.
    length: u64,
}

/// The entry at an offset; `None` when there is no whole entry.
fn read_entry(file: &File, at: u64, room: u64) -> io::Result<Option<Stored>> {
    let mut head = [0; ENTRY_HEAD];
    if room < ENTRY_HEAD as u64 {
        return Ok(None);
    }
    file.read_exact_at(&mut head, at)?;
    let (fields, expected) = head.split_at(ENTRY_HEAD - 32);
    let (length, rest) = fields.split_at(4);
    let (region, rest) = rest.split_at(8);
    let (height, number) = rest.split_at(8);
    let length = u32::from_le_bytes(length.try_into().unwrap_or_default());
    if u64::from(length) > room - ENTRY_HEAD as u64 {
        return Ok(None);
    }
    let mut content = vec![0; length as usize];
    file.read_exact_at(&mut content, at + ENTRY_HEAD as u64)?;
    if digest(fields, &content).0 != *expected {
        return Ok(None);
    }
    let region = u64::from_le_bytes(region.try_into().unwrap_or_default());
    let height = Height(u64::from_le_bytes(height.try_into().unwrap_or_default()));
    let number = u32::from_le_bytes(number.try_into().unwrap_or_default());
    Ok(Some(Stored { region, height, number, content, length: ENTRY_HEAD as u64 + u64::from(length) }))
}

fn read_region(file: &File, index: u64, region_bytes: u64) -> io::Result<Region> {
    let start = REGION_START + index * region_bytes;
    let mut region = Region::default();
    while let Some(stored) = read_entry(file, start + region.end, region_bytes - region.end)? {
        let belongs = region.entries == 0 || (stored.region, stored.height) == (region.number, region.height);
        if stored.number != region.entries || !belongs {
            break;
        }
        let Ok(entry) = codec::decode("a journal entry", &stored.content) else { break };
        (region.number, region.height) = (stored.region, stored.height);
        region.end += stored.length;
        region.add(entry);
    }
    Ok(region)
}

fn read_mark(file: &File) -> io::Result<Height> {
    Ok(read_entry(file, 0, REGION_START)?.map_or(Height(0), |stored| stored.height))
}

#[cfg(test)]
mod tests;
