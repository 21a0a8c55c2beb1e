//! Which records of a block the events of a run are, as groups of neighbouring records of one type. Invariant: decoding
//! what was encoded gives the same groups, and nothing else decodes.

use crate::column;
use std::ops::Range;

/// The bytes of a group: first record (4), number of records (4), type (2), big-endian.
pub(super) const SPAN_BYTES: usize = 10;

/// Neighbouring records of one type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    /// The index of the first record within the block.
    pub(super) first: u32,
    /// The number of records.
    pub(super) count: u32,
    /// The code of their type.
    pub(super) code: i16,
}

impl Span {
    /// The indices of the records.
    pub(super) const fn records(self) -> Range<u32> {
        self.first..self.first.saturating_add(self.count)
    }
}

/// The groups of a run, in the order of the records.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Spans(Vec<Span>);

/// Stored groups that no indexer wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the groups of records of a run are malformed")]
pub(super) struct MalformedSpans;

impl Spans {
    /// Adds a record. The records of a block are added in order, each once.
    pub(super) fn push(&mut self, record: u32, code: i16) {
        match self.0.last_mut() {
            Some(last) if last.code == code && last.records().end == record => last.count += 1,
            _ => self.0.push(Span { first: record, count: 1, code }),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Span> {
        self.0.iter().copied()
    }

    /// The number of records.
    pub(super) fn count(&self) -> u32 {
        self.0.iter().map(|span| span.count).sum()
    }

    /// The number of bytes of the encoding.
    pub(super) fn bytes(&self) -> usize {
        self.0.len() * SPAN_BYTES
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes());
        for Span { first, count, code } in &self.0 {
            bytes.extend_from_slice(&first.to_be_bytes());
            bytes.extend_from_slice(&count.to_be_bytes());
            bytes.extend_from_slice(&code.to_be_bytes());
        }
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, MalformedSpans> {
        let (groups, rest) = bytes.as_chunks::<SPAN_BYTES>();
        let mut end = 0_u32;
        let mut spans = Vec::with_capacity(groups.len());
        for &[a, b, c, d, e, f, g, h, i, j] in groups {
            let (first, count) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
            let last = first.checked_add(count).filter(|_| first >= end && count > 0);
            end = last.ok_or(MalformedSpans)?;
            spans.push(Span { first, count, code: i16::from_be_bytes([i, j]) });
        }
        if rest.is_empty() { Ok(Self(spans)) } else { Err(MalformedSpans) }
    }
}

column::column_types! {
    Spans as Vec<u8>: |spans| Ok(spans.encode()), |sql| Ok(Spans::decode(&sql)?);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_one_type_are_one_group() {
        let mut spans = Spans::default();
        for (record, code) in [(0, 1), (1, 1), (2, 2), (4, 2), (5, 2), (6, -1), (20_000, 7)] {
            spans.push(record, code);
        }
        let groups: Vec<_> = spans.iter().map(|span| (span.records(), span.code)).collect();
        assert_eq!(groups, [(0..2, 1), (2..3, 2), (4..6, 2), (6..7, -1), (20_000..20_001, 7)]);
        assert_eq!((spans.count(), spans.bytes()), (7, 50));
        assert_eq!(Spans::decode(&spans.encode()), Ok(spans));
    }

    #[test]
    fn other_bytes_do_not_decode() {
        let mut spans = Spans::default();
        spans.push(3, 1);
        spans.push(3, 2);
        assert_eq!(Spans::decode(&spans.encode()), Err(MalformedSpans), "a record twice");
        assert_eq!(Spans::decode(&[0; SPAN_BYTES]), Err(MalformedSpans), "no record");
        assert_eq!(Spans::decode(&[0; SPAN_BYTES - 1]), Err(MalformedSpans), "half a group");
        assert_eq!(Spans::decode(&[0xff; SPAN_BYTES]), Err(MalformedSpans), "beyond the greatest index");
        assert_eq!(Spans::decode(&[]), Ok(Spans::default()));
    }
}
