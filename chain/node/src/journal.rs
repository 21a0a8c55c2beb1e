//! The journal of a shard [P11]: what this validator said, and why it left views. Invariant: a signed vote leaves only by
//! [`Journal::record`], which returns after it is on disk; one step of one view is signed for one block, ever.
//!
//! One file: a mark, and two regions that heights use in turn, so that a height's entries never overwrite those of the
//! height before it, which may not be durable in the store yet. An entry tells its height, its number and its digest;
//! reading a region ends at the first that does not fit, which is where the last write was torn or an older height's
//! entries begin.

use borsh::{BorshDeserialize, BorshSerialize};
use chain_replica::Memory;
use chain_types::{
    Certificate, Digest, Height, SecretKey, SignedVote, Vote,
    certificate::{Equivocation, Step},
    codec,
    digest::{Tag, hash},
    signature::Namespace,
};
use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::FileExt as _,
    path::Path,
};

/// Bytes before the first region; the mark stands at their beginning.
const REGION_START: u64 = 4_096;
/// Bytes of one region: what one height may say. The file is sparse.
const REGION_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes before an entry's content: length, height, number, digest.
const ENTRY_HEAD: usize = 4 + 8 + 4 + 32;

#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
enum Entry {
    Vote(SignedVote),
    Certificate(Certificate),
}

/// Where writing goes on within a region.
#[derive(Clone, Default)]
struct Region {
    height: Height,
    entries: Vec<Entry>,
    end: u64,
}

/// The journal of one shard.
pub(crate) struct Journal {
    file: File,
    /// The region of the newest height.
    region: Region,
    /// Entries that the next vote takes to the disk.
    pending: Vec<u8>,
    persisted: Height,
}

impl Journal {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let length = REGION_START + 2 * REGION_BYTES;
        if file.metadata()?.len() < length {
            file.set_len(length)?;
            file.sync_all()?;
            if let Some(folder) = path.parent() {
                File::open(folder)?.sync_all()?;
            }
        }
        let regions = [read_region(&file, 0)?, read_region(&file, 1)?];
        let region = regions.into_iter().max_by_key(|region| region.height).unwrap_or_default();
        let persisted = read_mark(&file)?;
        Ok(Self { file, region, pending: Vec::new(), persisted })
    }

    /// The highest height that this validator said anything about.
    pub(crate) const fn height(&self) -> Height {
        self.region.height
    }

    /// The block that the newest vote of the newest height was for.
    pub(crate) fn last_block(&self) -> Option<Digest> {
        self.votes().last().map(|signed| signed.vote.block)
    }

    /// Whether the newest vote of the newest height makes a block final.
    pub(crate) fn ends_with_finalise(&self) -> bool {
        self.votes().last().is_some_and(|signed| signed.vote.step == Step::Finalise)
    }

    /// What is remembered of the newest height.
    pub(crate) fn memory(&self) -> Memory {
        let mut memory = Memory::default();
        for entry in &self.region.entries {
            match entry {
                Entry::Vote(vote) => memory.votes.push(vote.clone()),
                Entry::Certificate(certificate) => memory.certificates.push(certificate.clone()),
            }
        }
        memory
    }

    /// The last block that the store is known to have held.
    pub(crate) const fn persisted(&self) -> Height {
        self.persisted
    }

    /// Marks a block that is durable in the store.
    pub(crate) fn mark_persisted(&mut self, height: Height) -> io::Result<()> {
        self.file.write_all_at(&entry_bytes(height, 0, &[]), 0)?;
        self.persisted = height;
        Ok(())
    }

    /// Remembers a certificate; the next vote takes it to the disk.
    pub(crate) fn log(&mut self, certificate: Certificate) {
        self.turn_to(certificate.vote.height);
        self.push(Entry::Certificate(certificate));
    }

    /// Signs a vote, and returns it after it is on disk. The same step returns the stored signature.
    pub(crate) fn record(&mut self, vote: Vote, signer: u16, key: &SecretKey) -> io::Result<SignedVote> {
        assert!(vote.height >= self.region.height, "a validator never votes at a height that it has left");
        self.turn_to(vote.height);
        if let Some(stored) = self.votes().find(|stored| stored.vote == vote) {
            return Ok(stored.clone());
        }
        let contradicts = self.votes().any(|stored| Equivocation::contradicts(&stored.vote, &vote));
        assert!(!contradicts, "a validator never contradicts what it said");
        let signature = key.sign(Namespace::VOTE, &vote.digest());
        let signed = SignedVote { vote, signer, signature };
        self.push(Entry::Vote(signed.clone()));
        self.flush()?;
        Ok(signed)
    }

    fn votes(&self) -> impl Iterator<Item = &SignedVote> {
        self.region.entries.iter().filter_map(|entry| match entry {
            Entry::Vote(vote) => Some(vote),
            Entry::Certificate(_) => None,
        })
    }

    fn turn_to(&mut self, height: Height) {
        if height > self.region.height {
            self.region = Region { height, ..Region::default() };
            self.pending.clear();
        }
    }

    fn push(&mut self, entry: Entry) {
        let number = u32::try_from(self.region.entries.len()).unwrap_or(u32::MAX);
        self.pending.extend(entry_bytes(self.region.height, number, &codec::encode(&entry)));
        self.region.entries.push(entry);
    }

    fn flush(&mut self) -> io::Result<()> {
        let length = self.pending.len() as u64;
        if self.region.end + length > REGION_BYTES {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "a height has filled its part of the journal"));
        }
        self.file.write_all_at(&self.pending, offset(self.region.height) + self.region.end)?;
        self.file.sync_data()?;
        self.region.end += length;
        self.pending.clear();
        Ok(())
    }
}

/// Where the region of a height begins.
const fn offset(height: Height) -> u64 {
    REGION_START + (height.0 % 2) * REGION_BYTES
}

fn entry_bytes(height: Height, number: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ENTRY_HEAD + content.len());
    codec::encode_into(&u32::try_from(content.len()).unwrap_or(u32::MAX), &mut bytes);
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

/// An entry as it stands in the file.
struct Stored {
    height: Height,
    number: u32,
    content: Vec<u8>,
    /// The bytes that it takes.
    length: u64,
}

/// The entry at an offset; `None` when no whole one stands there.
fn read_entry(file: &File, at: u64, room: u64) -> io::Result<Option<Stored>> {
    let mut head = [0; ENTRY_HEAD];
    if room < ENTRY_HEAD as u64 {
        return Ok(None);
    }
    file.read_exact_at(&mut head, at)?;
    let (fields, expected) = head.split_at(16);
    let (length, rest) = fields.split_at(4);
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
    let height = Height(u64::from_le_bytes(height.try_into().unwrap_or_default()));
    let number = u32::from_le_bytes(number.try_into().unwrap_or_default());
    Ok(Some(Stored { height, number, content, length: ENTRY_HEAD as u64 + u64::from(length) }))
}

fn read_region(file: &File, index: u64) -> io::Result<Region> {
    let start = REGION_START + index * REGION_BYTES;
    let mut region = Region::default();
    while let Some(stored) = read_entry(file, start + region.end, REGION_BYTES - region.end)? {
        let expected = u32::try_from(region.entries.len()).unwrap_or(u32::MAX);
        if stored.number != expected || (expected > 0 && stored.height != region.height) {
            break;
        }
        let Ok(entry) = codec::decode("a journal entry", &stored.content) else { break };
        region.height = stored.height;
        region.entries.push(entry);
        region.end += stored.length;
    }
    Ok(region)
}

fn read_mark(file: &File) -> io::Result<Height> {
    Ok(read_entry(file, 0, REGION_START)?.map_or(Height(0), |stored| stored.height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain_types::{ChainId, Epoch, ShardId, View};

    fn vote(height: u64, view: u64, step: Step, block: u8) -> Vote {
        Vote {
            chain_id: ChainId(Digest([7; 32])),
            shard: ShardId(0),
            epoch: Epoch(0),
            height: Height(height),
            view: View(view),
            step,
            block: Digest([block; 32]),
        }
    }

    fn key() -> SecretKey {
        SecretKey::from_seed(&[1; 32])
    }

    fn certificate(height: u64, view: u64) -> Certificate {
        Certificate { vote: vote(height, view, Step::Nullify, 0), signatures: Vec::new() }
    }

    /// What a height said survives reopening, certificates with the vote after them; the height before is forgotten.
    #[test]
    fn a_height_is_remembered_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let mut journal = Journal::open(&path).expect("opens");
        let first = journal.record(vote(1, 0, Step::Finalise, 1), 0, &key()).expect("records");
        journal.record(vote(2, 0, Step::Notarise, 1), 0, &key()).expect("records");
        journal.log(certificate(2, 0));
        journal.record(vote(2, 1, Step::Notarise, 2), 0, &key()).expect("records");
        journal.log(certificate(2, 1));
        drop(journal);
        let journal = Journal::open(&path).expect("opens");
        let memory = journal.memory();
        assert_eq!((memory.votes.len(), memory.certificates), (2, vec![certificate(2, 0)]), "the last log had no vote");
        assert_eq!(journal.height(), Height(2), "of the height before nothing is needed");
        assert!(first.signature == key().sign(Namespace::VOTE, &first.vote.digest()));
    }

    /// A torn write takes the newest entry and nothing before it.
    #[test]
    fn a_torn_entry_leaves_those_before_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let mut journal = Journal::open(&path).expect("opens");
        journal.record(vote(3, 0, Step::Notarise, 1), 0, &key()).expect("records");
        let end = journal.region.end;
        journal.record(vote(3, 0, Step::Finalise, 1), 0, &key()).expect("records");
        let file = OpenOptions::new().write(true).open(&path).expect("opens");
        file.write_all_at(&[0xff; 60], offset(Height(3)) + end + 30).expect("tears the second entry");
        let memory = Journal::open(&path).expect("opens").memory();
        assert_eq!(memory.votes.iter().map(|vote| vote.vote.step).collect::<Vec<_>>(), [Step::Notarise]);
    }

    /// Entries of an older height behind those of a newer one are not taken for its own.
    #[test]
    fn a_region_that_is_used_again_forgets_what_it_held() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let mut journal = Journal::open(&path).expect("opens");
        for step in [Step::Propose, Step::Notarise, Step::Finalise] {
            journal.record(vote(1, 0, step, 1), 0, &key()).expect("records");
        }
        journal.record(vote(2, 0, Step::Notarise, 1), 0, &key()).expect("records");
        journal.record(vote(3, 0, Step::Notarise, 1), 0, &key()).expect("records");
        let journal = Journal::open(&path).expect("opens");
        assert_eq!((journal.height(), journal.memory().votes.len()), (Height(3), 1));
    }

    /// Any damage to the mark takes it back to nothing, and never to another height.
    #[test]
    fn the_mark_survives_reopening_and_a_torn_one_counts_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let mut journal = Journal::open(&path).expect("opens");
        assert_eq!(journal.persisted(), Height(0));
        journal.mark_persisted(Height(7)).expect("marks");
        drop(journal);
        for at in 0..ENTRY_HEAD as u64 {
            assert_eq!(Journal::open(&path).expect("opens").persisted(), Height(7));
            let file = OpenOptions::new().read(true).write(true).open(&path).expect("opens");
            let mut byte = [0];
            file.read_exact_at(&mut byte, at).expect("reads");
            file.write_all_at(&[byte[0] ^ 1], at).expect("tears the mark");
            assert_eq!(Journal::open(&path).expect("opens").persisted(), Height(0), "byte {at}");
            file.write_all_at(&byte, at).expect("restores the mark");
        }
    }

    #[test]
    fn the_same_step_returns_the_stored_signature() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("journal")).expect("opens");
        let first = journal.record(vote(1, 0, Step::Notarise, 1), 0, &key()).expect("records");
        let end = journal.region.end;
        assert_eq!(journal.record(vote(1, 0, Step::Notarise, 1), 0, &key()).expect("records"), first);
        assert_eq!(journal.region.end, end);
    }

    #[test]
    #[should_panic(expected = "never contradicts")]
    fn a_second_digest_for_one_step_is_a_bug() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("journal")).expect("opens");
        journal.record(vote(1, 0, Step::Notarise, 1), 0, &key()).expect("records");
        let _ = journal.record(vote(1, 0, Step::Notarise, 2), 0, &key());
    }

    #[test]
    #[should_panic(expected = "never contradicts")]
    fn a_view_both_nullified_and_finalised_is_a_bug() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("journal")).expect("opens");
        journal.record(vote(1, 0, Step::Nullify, 0), 0, &key()).expect("records");
        let _ = journal.record(vote(1, 0, Step::Finalise, 1), 0, &key());
    }
}
