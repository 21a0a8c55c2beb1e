//! The vote journal of one process: signed votes, certificates and held blocks by height, as bytes. Invariant: synced
//! bytes survive a power loss. A prefix of the unsynced bytes survives, and a checksum detects a truncated record.

use crate::dice::Dice;
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    BlockHeader, Certificate, Height, SignedVote, Transaction, codec,
    digest::{Tag, hash},
};
use std::collections::BTreeMap;

/// Bytes before each record: 4 of length and 8 of checksum.
const FRAME: usize = 12;

/// A journal record.
#[derive(Clone, BorshSerialize, BorshDeserialize)]
pub enum Record {
    /// A signed vote.
    Vote(SignedVote),
    /// A certificate that ended a view.
    Certificate(Certificate),
    /// A block that a vote refers to.
    Held(Box<BlockHeader>, Vec<Transaction>),
}

#[derive(Clone, Default)]
struct File {
    bytes: Vec<u8>,
    synced: usize,
}

/// The files of all heights.
#[derive(Clone, Default)]
pub struct Journal(BTreeMap<Height, File>);

impl Journal {
    /// Appends a record to a height's file. It is durable after [`Journal::sync`].
    pub fn append(&mut self, height: Height, record: &Record) {
        let bytes = codec::encode(record);
        let file = self.0.entry(height).or_default();
        file.bytes.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        file.bytes.extend(&hash(Tag::VOTE, &[&bytes]).0[..8]);
        file.bytes.extend(bytes);
    }

    /// Makes all records durable.
    pub fn sync(&mut self) {
        for file in self.0.values_mut() {
            file.synced = file.bytes.len();
        }
    }

    /// Deletes the files of lower heights. The file of this height stays, because it shows how far this validator
    /// voted.
    pub fn forget_before(&mut self, height: Height) {
        self.0 = self.0.split_off(&height);
    }

    /// Simulates a power loss: keeps a random prefix of the unsynced bytes, sometimes with a corrupted last byte.
    pub fn lose_power(&mut self, dice: &mut Dice) {
        for file in self.0.values_mut() {
            let loose = file.bytes.len() - file.synced;
            let keep = file.synced + dice.index(loose + 1);
            file.bytes.truncate(keep);
            let is_garbled = dice.chance(300);
            if let Some(last) = file.bytes.get_mut(file.synced..).and_then(<[u8]>::last_mut).filter(|_| is_garbled) {
                *last ^= 0x55;
            }
        }
    }

    /// Returns the records above a height, each with its height; `None` when a synced record is damaged. A truncated
    /// record at the end of a file is also removed from the disk, so that later records do not follow it.
    pub fn read_after(&mut self, height: Height) -> Option<Vec<(Height, Record)>> {
        let mut records = Vec::new();
        for (at, file) in &mut self.0 {
            let mut from = 0;
            while let Some((record, end)) = read_one(&file.bytes, from) {
                if *at > height {
                    records.push((*at, record));
                }
                from = end;
            }
            if from < file.synced {
                return None;
            }
            file.bytes.truncate(from);
            file.synced = from;
        }
        Some(records)
    }

    /// The total size in bytes.
    pub fn bytes(&self) -> usize {
        self.0.values().map(|file| file.bytes.len()).sum()
    }

    /// The greatest height with a vote; 0 without votes.
    pub fn voted(&self) -> Height {
        let has_vote = |file: &File| {
            let mut from = 0;
            while let Some((record, end)) = read_one(&file.bytes, from) {
                if matches!(record, Record::Vote(_)) {
                    return true;
                }
                from = end;
            }
            false
        };
        self.0.iter().rev().find(|(_, file)| has_vote(file)).map_or(Height(0), |(height, _)| *height)
    }
}

fn read_one(bytes: &[u8], from: usize) -> Option<(Record, usize)> {
    let frame = bytes.get(from..from + FRAME)?;
    let length = usize::try_from(u32::from_le_bytes(frame.get(..4)?.try_into().ok()?)).ok()?;
    let end = from + FRAME + length;
    let body = bytes.get(from + FRAME..end)?;
    let is_whole = hash(Tag::VOTE, &[body]).0[..8] == frame[4..];
    let record = codec::decode_own("a journal's record", body).ok()?;
    is_whole.then_some((record, end))
}
