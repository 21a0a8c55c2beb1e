//! The subjects of the events of a run, as hashes. Invariant: decoding what was encoded gives the same subjects, and
//! nothing else decodes.

use crate::column;
use chain_types::Subject;

/// The bytes of a number of subjects.
const COUNT_BYTES: usize = 2;
/// The bytes of a hash.
const HASH_BYTES: usize = 8;

/// The hash of a subject: its first 8 bytes, big-endian. A subject is blinded, so its bytes look random, and two
/// subjects of one tenant have the same hash only by chance.
pub fn hash_of(subject: Subject) -> u64 {
    u64::from_be_bytes(*subject.0.0.first_chunk().expect("32 bytes contain 8"))
}

/// The subjects of each event of a run, in the order of the events.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Subjects(Vec<u8>);

/// Stored subjects that no indexer wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the subjects of a run are malformed")]
pub(super) struct MalformedSubjects;

impl Subjects {
    /// Adds the subjects of the next event. A record has fewer than 65,536.
    pub(super) fn push(&mut self, subjects: &[Subject]) {
        let count = u16::try_from(subjects.len()).expect("the ledger refuses a record with more subjects");
        self.0.extend_from_slice(&count.to_be_bytes());
        for subject in subjects {
            self.0.extend_from_slice(&hash_of(*subject).to_be_bytes());
        }
    }

    /// The number of bytes of the encoding.
    pub(super) fn bytes(&self) -> usize {
        self.0.len()
    }

    /// The hashes of each event.
    pub(super) fn iter(&self) -> impl Iterator<Item = Result<Vec<u64>, MalformedSubjects>> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || (!rest.is_empty()).then(|| next(&mut rest)))
    }
}

/// Takes the subjects of the next event.
fn next(rest: &mut &[u8]) -> Result<Vec<u64>, MalformedSubjects> {
    let bytes = std::mem::take(rest);
    let (count, bytes) = bytes.split_first_chunk::<COUNT_BYTES>().ok_or(MalformedSubjects)?;
    let size = usize::from(u16::from_be_bytes(*count)) * HASH_BYTES;
    let (hashes, bytes) = bytes.split_at_checked(size).ok_or(MalformedSubjects)?;
    *rest = bytes;
    Ok(hashes.as_chunks::<HASH_BYTES>().0.iter().map(|hash| u64::from_be_bytes(*hash)).collect())
}

column::column_types! {
    Subjects as Vec<u8>: |subjects| Ok(subjects.0), |sql| Ok(Subjects(sql));
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain_types::Digest;

    fn subject(first: u8) -> Subject {
        let mut digest = [0; 32];
        (digest[0], digest[7], digest[8]) = (first, 1, 2);
        Subject(Digest(digest))
    }

    #[test]
    fn each_event_has_its_subjects() {
        let mut subjects = Subjects::default();
        let events: [&[Subject]; 3] = [&[subject(0), subject(0xff)], &[], &[subject(3)]];
        for event in events {
            subjects.push(event);
        }
        let found: Vec<_> = subjects.iter().collect();
        assert_eq!(found, [Ok(vec![1, 0xff00_0000_0000_0001]), Ok(vec![]), Ok(vec![0x0300_0000_0000_0001])]);
        assert_eq!(subjects.bytes(), 3 * 2 + 3 * 8);
    }

    #[test]
    fn other_bytes_do_not_decode() {
        for (bytes, events) in [(vec![0], 0), (vec![0, 0, 1], 1), (vec![0, 1, 0, 0, 0, 0, 0, 0, 0], 0)] {
            let found: Vec<_> = Subjects(bytes.clone()).iter().collect();
            assert_eq!((found.len(), found.last()), (events + 1, Some(&Err(MalformedSubjects))), "{bytes:?}");
        }
    }
}
