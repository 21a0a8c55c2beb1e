//! The Merkle tree over all headers of a shard before a block [P7, blocks]. Invariant: an [`Ancestry`] of count n
//! determines the tree (RFC 9162 section 2.1) over exactly n leaves in order. A path in the tree proves that a header
//! is an ancestor of the block.
//!
//! The leaves are the digests that headers name as their parents: leaf 0 is [`crate::Genesis::first_parent`], and leaf
//! h is the digest of the header at height h. After the block of height h the state holds the tree over the first h
//! leaves.

use crate::{
    digest::Digest,
    merkle::{Path, leaf_hash, node_hash},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The tree over all headers before a block, reduced to the roots of its complete subtrees (peaks), which cover the
/// leaves from left to right. This is enough to append leaves.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Ancestry {
    count: u64,
    peaks: Vec<Digest>,
}

/// A complete subtree of 2^level leaves. Its first leaf has the index `position` * 2^level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subtree {
    /// The height of the subtree. A leaf has 0.
    pub level: u8,
    /// The index of the subtree among those of its level, from 0.
    pub position: u64,
}

impl Subtree {
    /// The subtree of one leaf.
    pub const fn leaf(index: u64) -> Self {
        Self { level: 0, position: index }
    }

    const fn parent(self) -> Self {
        Self { level: self.level.saturating_add(1), position: self.position >> 1 }
    }

    /// The sibling to the left. `None` for a left child.
    const fn left_sibling(self) -> Option<Self> {
        if self.position & 1 == 1 { Some(Self { position: self.position & !1, ..self }) } else { None }
    }

    /// The index of its first leaf. `None` when it exceeds 64 bits.
    fn first_leaf(self) -> Option<u64> {
        self.position.checked_mul(1_u64.checked_shl(u32::from(self.level))?)
    }

    /// The index after its last leaf. `None` when it exceeds 64 bits.
    fn end(self) -> Option<u64> {
        Self { position: self.position.checked_add(1)?, ..self }.first_leaf()
    }
}

impl Ancestry {
    /// The number of leaves: the headers before a block and the first parent. Equals the height of that block.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Appends the digest that the next block names as its parent.
    pub fn push(&mut self, digest: &Digest) {
        let mut node = leaf_hash(&digest.0);
        let mut full = self.count;
        while full & 1 == 1 {
            node = self.peaks.pop().map_or(node, |left| node_hash(&left, &node));
            full >>= 1;
        }
        self.peaks.push(node);
        self.count = self.count.saturating_add(1);
    }

    /// The root of the tree. `None` when there are no leaves, or when the number of peaks does not fit the count.
    pub fn root(&self) -> Option<Digest> {
        if self.peaks.len() != usize::try_from(self.count.count_ones()).ok()? {
            return None;
        }
        let (last, before) = self.peaks.split_last()?;
        Some(before.iter().rev().fold(*last, |right, left| node_hash(left, &right)))
    }

    /// The complete subtrees that cover the leaves, from left to right, with their roots.
    pub fn peaks(&self) -> impl Iterator<Item = (Subtree, Digest)> {
        covering(0, self.count).zip(self.peaks.iter().copied())
    }

    /// Whether the path proves that the header at a height has this digest.
    pub fn contains(&self, height: u64, digest: &Digest, siblings: &[Digest]) -> bool {
        let path = Path { index: height, size: self.count, siblings: siblings.to_vec() };
        path.root(leaf_hash(&digest.0)).is_some_and(|root| self.root() == Some(root))
    }
}

/// The complete subtrees that cover the leaves from `start` up to, but not including, `end`, from left to right.
/// `start` must be the first leaf of one of them.
fn covering(start: u64, end: u64) -> impl Iterator<Item = Subtree> {
    let mut next_leaf = start;
    std::iter::from_fn(move || {
        let rest = end.checked_sub(next_leaf)?;
        let level = rest.checked_ilog2()?;
        let subtree = Subtree { level: u8::try_from(level).ok()?, position: next_leaf.checked_shr(level)? };
        next_leaf = subtree.end()?;
        Some(subtree)
    })
}

/// The subtrees that a leaf completes, from the leaf up. `root` returns the roots of subtrees that were complete
/// before.
///
/// # Errors
/// Any error of `root`. Returns `Ok(None)` when `root` lacks a root that is needed.
pub fn completed<E>(
    index: u64,
    digest: &Digest,
    mut root: impl FnMut(Subtree) -> Result<Option<Digest>, E>,
) -> Result<Option<Vec<(Subtree, Digest)>>, E> {
    let (mut subtree, mut node) = (Subtree::leaf(index), leaf_hash(&digest.0));
    let mut out = vec![(subtree, node)];
    while let Some(left) = subtree.left_sibling() {
        let Some(before) = root(left)? else { return Ok(None) };
        (subtree, node) = (subtree.parent(), node_hash(&before, &node));
        out.push((subtree, node));
    }
    Ok(Some(out))
}

/// The siblings of a leaf's path in the tree over `count` leaves, from the leaf up. `root` returns the roots of
/// complete subtrees.
///
/// # Errors
/// Any error of `root`. Returns `Ok(None)` when `root` lacks a root that is needed, or when there is no such leaf.
pub fn siblings<E>(
    index: u64,
    count: u64,
    mut root: impl FnMut(Subtree) -> Result<Option<Digest>, E>,
) -> Result<Option<Vec<Digest>>, E> {
    let Some(last) = count.checked_sub(1).filter(|last| index <= *last) else { return Ok(None) };
    let (mut node_place, mut last) = (Subtree::leaf(index), last);
    let mut out = Vec::new();
    while last > 0 {
        let sibling = Subtree { position: node_place.position ^ 1, ..node_place };
        if sibling.position <= last {
            let Some(node) = root_within(sibling, count, &mut root)? else { return Ok(None) };
            out.push(node);
        }
        (node_place, last) = (node_place.parent(), last >> 1);
    }
    Ok(Some(out))
}

/// The root over those leaves of a subtree that are below `count`.
fn root_within<E>(
    subtree: Subtree,
    count: u64,
    root: &mut impl FnMut(Subtree) -> Result<Option<Digest>, E>,
) -> Result<Option<Digest>, E> {
    let Some(start) = subtree.first_leaf() else { return Ok(None) };
    let end = subtree.end().unwrap_or(count).min(count);
    let mut parts = Vec::new();
    for part in covering(start, end) {
        let Some(node) = root(part)? else { return Ok(None) };
        parts.push(node);
    }
    Ok(parts.into_iter().rev().reduce(|right, left| node_hash(&left, &right)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle;
    use std::{collections::BTreeMap, convert::Infallible};

    // Covers trees just below, at and above 128 leaves.
    const MOST: u64 = 130;

    fn header(height: u64) -> Digest {
        crate::digest::hash(crate::digest::Tag::HEADER, &[&height.to_le_bytes()])
    }

    fn ancestry(count: u64) -> Ancestry {
        (0..count).fold(Ancestry::default(), |mut ancestry, height| {
            ancestry.push(&header(height));
            ancestry
        })
    }

    fn leaves(count: u64) -> Vec<Digest> {
        (0..count).map(|height| leaf_hash(&header(height).0)).collect()
    }

    /// The roots of all complete subtrees over `count` leaves, each computed when its last leaf was appended.
    fn nodes(count: u64) -> BTreeMap<Subtree, Digest> {
        let mut nodes = BTreeMap::new();
        for index in 0..count {
            let known = |subtree| Ok::<_, Infallible>(nodes.get(&subtree).copied());
            let added = completed(index, &header(index), known).expect("reading memory cannot fail");
            nodes.extend(added.expect("all earlier subtrees are known"));
        }
        nodes
    }

    #[test]
    fn the_root_is_that_of_the_tree_over_all_headers() {
        assert_eq!(ancestry(0).root(), None);
        for count in 1..MOST {
            assert_eq!(ancestry(count).root(), Some(merkle::root(&leaves(count))), "{count}");
        }
    }

    #[test]
    fn every_header_has_its_own_path_in_every_later_tree() {
        for count in 1..MOST {
            let (ancestry, nodes, leaves) = (ancestry(count), nodes(count), leaves(count));
            let known = |subtree| Ok::<_, Infallible>(nodes.get(&subtree).copied());
            for (height, at) in (0..count).zip(0_usize..) {
                let path =
                    siblings(height, count, known).expect("reading memory cannot fail").expect("the leaf exists");
                let expected = Path::of(&leaves, at).expect("the leaf exists");
                assert_eq!(path, expected.siblings, "{height} of {count}");
                assert!(ancestry.contains(height, &header(height), &path));
                assert!(!ancestry.contains(height, &header(height + 1), &path));
                assert!(!ancestry.contains(height + 1, &header(height), &path));
            }
            assert_eq!(siblings(count, count, known), Ok(None));
        }
    }

    #[test]
    fn the_peaks_alone_lead_to_the_paths_of_later_headers() {
        for begin in 1..40 {
            let mut known: BTreeMap<_, _> = ancestry(begin).peaks().collect();
            for index in begin..MOST {
                let root = |subtree| Ok::<_, Infallible>(known.get(&subtree).copied());
                let added = completed(index, &header(index), root).expect("reading memory cannot fail");
                known.extend(added.expect("the peaks are sufficient"));
                let count = index + 1;
                let root = |subtree| Ok::<_, Infallible>(known.get(&subtree).copied());
                let path = siblings(index, count, root).expect("reading memory cannot fail").expect("the leaf exists");
                assert!(ancestry(count).contains(index, &header(index), &path), "{index} from {begin}");
            }
            let before = siblings(begin - 1, MOST, |subtree| Ok::<_, Infallible>(known.get(&subtree).copied()));
            assert!(before.is_ok(), "an unknown subtree is not an error");
        }
    }

    #[test]
    fn an_inconsistent_value_has_no_root() {
        for count in [0, 1, 2, 4, u64::MAX] {
            assert_eq!(Ancestry { count, peaks: vec![Digest::ZERO; 2] }.root(), None, "{count}");
        }
        let whole = ancestry(3);
        assert!(whole.contains(2, &header(2), &[whole.peaks[0]]));
        assert!(!whole.contains(2, &header(2), &[]));
        assert!(!whole.contains(u64::MAX, &header(2), &[whole.peaks[0]]));
    }
}
