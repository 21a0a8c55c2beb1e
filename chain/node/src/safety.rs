//! The safety record [P11]: the last vote, in its own synced file. Invariant: a [`Durable`] vote exists only after its
//! record is on disk, and only a durable vote can be signed; the same step is never recorded with another digest.
//!
//! The file holds two slots of equal size, written in turn, each with a digest over its content, so a torn write
//! leaves the other slot whole. A third slot marks the last block that the store acknowledged. The mark is not synced:
//! it may be behind after a power loss, but a store that is behind the mark has lost a block.

use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Certificate, Digest, Height, SecretKey, View, Vote, codec,
    digest::{Tag, hash},
    signature::Namespace,
};
use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::FileExt as _,
    path::Path,
};

/// Bytes of a slot, one disk sector.
const SLOT_BYTES: usize = 512;
/// Where the second slot begins.
const SECOND_SLOT: u64 = 512;
/// Where the mark stands.
const MARK_SLOT: u64 = 2 * SECOND_SLOT;
/// Bytes of the file.
const FILE_BYTES: u64 = 3 * SECOND_SLOT;

#[derive(Clone, BorshSerialize, BorshDeserialize)]
struct Slot {
    sequence: u64,
    vote: Vote,
}

/// The safety record of one shard.
pub(crate) struct SafetyRecord {
    file: File,
    last: Option<Slot>,
    persisted: Height,
}

/// A vote whose record is on disk.
pub(crate) struct Durable(Vote);

impl Durable {
    /// Signs the vote as the only validator.
    pub(crate) fn sign(self, key: &SecretKey) -> Certificate {
        let signature = key.sign(Namespace::VOTE, &self.0.digest());
        Certificate { vote: self.0, signatures: vec![(0, signature)] }
    }
}

impl SafetyRecord {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        if file.metadata()?.len() < FILE_BYTES {
            file.set_len(FILE_BYTES)?;
            file.sync_all()?;
            if let Some(folder) = path.parent() {
                File::open(folder)?.sync_all()?;
            }
        }
        let slots = [read_slot::<Slot>(&file, 0)?, read_slot(&file, SECOND_SLOT)?];
        let last = slots.into_iter().flatten().max_by_key(|slot| slot.sequence);
        let persisted = read_slot(&file, MARK_SLOT)?.unwrap_or_default();
        Ok(Self { file, last, persisted })
    }

    /// The last block that the store is known to have held.
    pub(crate) const fn persisted(&self) -> Height {
        self.persisted
    }

    /// Marks a block that is durable in the store.
    pub(crate) fn mark_persisted(&mut self, height: Height) -> io::Result<()> {
        self.file.write_all_at(&slot_bytes(&height), MARK_SLOT)?;
        self.persisted = height;
        Ok(())
    }

    /// The height and view of the last vote, and the block it was for.
    pub(crate) fn last(&self) -> Option<(Height, View, Digest)> {
        self.last.as_ref().map(|slot| (slot.vote.height, slot.vote.view, slot.vote.block))
    }

    /// Records a vote and waits until it is on disk.
    pub(crate) fn record(&mut self, vote: Vote) -> io::Result<Durable> {
        if let Some(last) = &self.last {
            let step = |vote: &Vote| (vote.epoch, vote.height, vote.view);
            assert!(
                step(&vote) > step(&last.vote) || vote == last.vote,
                "a validator never votes twice for one step or for an earlier one"
            );
        }
        let sequence = self.last.as_ref().map_or(0, |slot| slot.sequence + 1);
        let slot = Slot { sequence, vote };
        self.file.write_all_at(&slot_bytes(&slot), (sequence % 2) * SECOND_SLOT)?;
        self.file.sync_data()?;
        let vote = slot.vote.clone();
        self.last = Some(slot);
        Ok(Durable(vote))
    }
}

/// A value as a slot holds it: its encoding with its length, and a digest.
fn slot_bytes(value: &impl BorshSerialize) -> Vec<u8> {
    let content = codec::encode(value);
    let mut bytes = Vec::with_capacity(content.len() + 36);
    codec::encode_into(&content, &mut bytes);
    bytes.extend_from_slice(&hash(Tag::VOTE, &[b"safety", &content]).0);
    assert!(bytes.len() <= SLOT_BYTES, "what a slot holds has a fixed size below a slot's");
    bytes
}

/// The value of a slot; `None` when it was never written or not written whole.
fn read_slot<T: BorshSerialize + BorshDeserialize>(file: &File, offset: u64) -> io::Result<Option<T>> {
    let mut bytes = [0; SLOT_BYTES];
    file.read_exact_at(&mut bytes, offset)?;
    let mut rest = &bytes[..];
    let Ok(content) = Vec::<u8>::deserialize(&mut rest) else { return Ok(None) };
    let digest = hash(Tag::VOTE, &[b"safety", &content]);
    let is_whole = !content.is_empty() && rest.get(..32) == Some(&digest.0[..]);
    Ok(if is_whole { codec::decode("a safety record", &content).ok() } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain_types::{ChainId, Epoch, ShardId, certificate::Step};

    fn vote(height: u64, view: u64, block: u8) -> Vote {
        Vote {
            chain_id: ChainId(Digest([7; 32])),
            shard: ShardId(0),
            epoch: Epoch(0),
            height: Height(height),
            view: View(view),
            step: Step::Finalise,
            block: Digest([block; 32]),
        }
    }

    /// The record survives reopening, and a torn write of the newest slot leaves the one before it.
    #[test]
    fn a_torn_write_leaves_the_vote_before_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("safety");
        let mut record = SafetyRecord::open(&path).expect("opens");
        for height in 1..=5 {
            record.record(vote(height, 0, 1)).expect("records");
        }
        drop(record);
        assert_eq!(SafetyRecord::open(&path).expect("opens").last().map(|last| last.0), Some(Height(5)));
        let file = OpenOptions::new().write(true).open(&path).expect("opens");
        file.write_all_at(&[0xff; 40], 20).expect("tears the slot of height 5");
        assert_eq!(SafetyRecord::open(&path).expect("opens").last().map(|last| last.0), Some(Height(4)));
    }

    /// Any damage to the mark takes it back to nothing, and never to another height.
    #[test]
    fn the_mark_survives_reopening_and_a_torn_one_counts_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("safety");
        let mut record = SafetyRecord::open(&path).expect("opens");
        assert_eq!(record.persisted(), Height(0));
        record.record(vote(7, 0, 1)).expect("records");
        record.mark_persisted(Height(7)).expect("marks");
        drop(record);
        let whole = std::fs::read(&path).expect("reads");
        for at in 0..44 {
            let record = SafetyRecord::open(&path).expect("opens");
            assert_eq!((record.persisted(), record.last().map(|last| last.0)), (Height(7), Some(Height(7))));
            let file = OpenOptions::new().write(true).open(&path).expect("opens");
            let mut torn = whole.clone();
            torn[usize::try_from(MARK_SLOT).expect("small") + at] ^= 1;
            file.write_all_at(&torn, 0).expect("tears the mark");
            assert_eq!(SafetyRecord::open(&path).expect("opens").persisted(), Height(0), "byte {at}");
            file.write_all_at(&whole, 0).expect("restores the mark");
        }
    }

    #[test]
    #[should_panic(expected = "never votes twice")]
    fn a_second_digest_for_one_step_is_a_bug() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut record = SafetyRecord::open(&folder.path().join("safety")).expect("opens");
        record.record(vote(1, 0, 1)).expect("records");
        let _ = record.record(vote(1, 0, 2));
    }
}
