//! A state is transferred chunk by chunk. Each chunk leads to the root, and all chunks together are the whole state. A
//! chunk with a leaf missing, a leaf too many or a leaf hidden behind an edge does not lead to the root.

use chain_state::{
    Archive, BUCKETS, Chunk, Edge, Kind, LeafReader, Node, ReadFailure, State, StoredLeaf, Write, bucket_of,
};
use chain_types::{Digest, state::value_hash};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A disk in memory.
#[derive(Clone, Default)]
struct Disk(BTreeMap<Digest, Box<[u8]>>);

impl LeafReader for Disk {
    fn leaves(&self, bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
        let of_bucket = self.0.iter().filter(|(path, _)| bucket_of(path) == bucket);
        Ok(of_bucket.map(|(path, value)| StoredLeaf { path: *path, value: value.clone() }).collect())
    }
}

/// A state with these paths: its archive, the root of its tree, and the nodes of its buckets.
fn archive(paths: &[Digest]) -> (Archive<Disk>, Digest, Vec<(u32, Node)>) {
    let disk = Disk(paths.iter().map(|path| (*path, Box::from(&path.0[..4]))).collect());
    let mut state = State::restore(Disk::default(), []);
    let writes = disk.0.iter().map(|(path, value)| Write { path: *path, value: Some(value.clone()) });
    state.apply(writes.collect()).expect("the reader has no disk to fail");
    let nodes = state.take_flush(1).map(|flush| flush.buckets).unwrap_or_default();
    (Archive::over(disk, nodes.clone()), state.root(), nodes)
}

/// All chunks of a state, each of at most `bytes` bytes of leaves.
fn chunks(archive: &Archive<Disk>, bytes: usize) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut next = 0;
    while next < BUCKETS {
        let chunk = archive.chunk(next, bytes).expect("the reader has no disk to fail");
        assert_eq!(chunk.first, next);
        next = chunk.next;
        chunks.push(chunk);
    }
    chunks
}

/// Paths of which some share a bucket and some do not: the first 18 bits determine the bucket, and the masks leave 5.
fn path((first, second, last): (u8, u8, u8)) -> Digest {
    let mut bytes = [0; 32];
    (bytes[0], bytes[2], bytes[31]) = (first & 0x83, second & 0xc1, last);
    Digest(bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn chunks_are_the_whole_state_and_nothing_else_leads_to_its_root(
        seeds in prop::collection::btree_set(any::<(u8, u8, u8)>(), 0..40), bytes in 1_usize..400, at in any::<prop::sample::Index>(),
    ) {
        let mut paths: Vec<_> = seeds.into_iter().map(path).collect();
        paths.sort_unstable();
        paths.dedup();
        let (archive, root, nodes) = archive(&paths);
        prop_assert_eq!(archive.root(), root);
        let (mut found, mut buckets) = (Vec::new(), Vec::new());
        for chunk in chunks(&archive, bytes) {
            for place in 0..chunk.leaves.len() {
                let mut lacking = chunk.clone();
                lacking.leaves.remove(place);
                prop_assert!(lacking.check(&root).is_none(), "accepted with a leaf missing");
            }
            if !chunk.edges.is_empty() {
                let mut fewer = chunk.clone();
                fewer.edges.remove(at.index(chunk.edges.len()));
                prop_assert!(fewer.check(&root).is_none(), "accepted with an edge missing");
            }
            let mut more = chunk.clone();
            more.edges.push(Edge::Empty);
            prop_assert!(more.check(&root).is_none(), "accepted with an edge too many");
            let part = chunk.check(&root).expect("an unchanged chunk leads to the root");
            found.extend(part.leaves.into_iter().map(|leaf| leaf.path));
            buckets.extend(part.buckets);
        }
        prop_assert_eq!(found, paths);
        prop_assert_eq!(buckets, nodes);
    }
}

#[test]
fn a_single_leaf_cannot_be_hidden_behind_an_edge() {
    let lone = path((0x80, 0, 1));
    let (archive, root, _) = archive(&[lone]);
    let whole = archive.chunk(0, usize::MAX).expect("the reader has no disk to fail");
    assert!(whole.clone().check(&root).is_some());
    let value_hash = value_hash(&lone.0[..4]);
    // The upper half holds the only leaf, so the root is that leaf's hash.
    let hiding = |edge| Chunk { first: BUCKETS / 2, next: BUCKETS, leaves: Vec::new(), edges: vec![edge] };
    assert!(
        hiding(Edge::Leaf { path: lone, value_hash }).check(&root).is_none(),
        "the leaf's path is outside the edge's subtree"
    );
    assert!(hiding(Edge::Inner(root)).check(&root).is_none(), "a single leaf is not an inner node");
    let honest = Chunk { first: 0, next: BUCKETS / 2, ..hiding(Edge::Leaf { path: lone, value_hash }) };
    assert!(honest.check(&root).is_some(), "an edge with the leaf is valid next to a chunk without leaves");
}

#[test]
fn chunks_with_an_invalid_range_of_buckets_are_refused() {
    let (archive, root, nodes) = archive(&[path((0, 0, 1)), path((0x80, 0, 1))]);
    assert!(nodes.iter().all(|(_, node)| node.kind == Kind::Leaf));
    let whole = archive.chunk(0, usize::MAX).expect("the reader has no disk to fail");
    for (first, next) in [(0, BUCKETS + 1), (1, 1), (BUCKETS, BUCKETS), (2, 1)] {
        assert!(Chunk { first, next, ..whole.clone() }.check(&root).is_none(), "{first} to {next}");
    }
    let beyond = archive.chunk(BUCKETS, usize::MAX).expect("the reader has no disk to fail");
    assert!(beyond.check(&root).is_none());
}
