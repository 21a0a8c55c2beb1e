//! The tree against its definition: for any order of writes, flushes and dropped buckets, the root equals one computed
//! directly from the set of pairs, and every proof leads to it.

use chain_state::{LeafReader, ReadFailure, State, StoredLeaf, Write, bucket_of};
use chain_types::{
    Digest,
    state::{bit, leaf_hash, node_hash, value_hash},
};
use proptest::prelude::*;
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

/// A disk in memory that applies flushes as a store does.
#[derive(Clone, Default)]
struct Disk {
    leaves: Rc<RefCell<BTreeMap<Digest, Box<[u8]>>>>,
    nodes: Rc<RefCell<BTreeMap<u32, chain_state::Node>>>,
}

impl LeafReader for Disk {
    fn leaves(&self, bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
        let leaves = self.leaves.borrow();
        let of_bucket = leaves.iter().filter(|(path, _)| bucket_of(path) == bucket);
        Ok(of_bucket.map(|(path, value)| StoredLeaf { path: *path, value: value.clone() }).collect())
    }
}

impl Disk {
    fn open(&self) -> State<Self> {
        let nodes: Vec<_> = self.nodes.borrow().iter().map(|(bucket, node)| (*bucket, *node)).collect();
        State::restore(self.clone(), nodes)
    }

    fn flush(&self, state: &mut State<Self>) {
        let Some(flush) = state.take_flush(1) else { return };
        for write in flush.leaves {
            match write.value {
                Some(value) => self.leaves.borrow_mut().insert(write.path, value),
                None => self.leaves.borrow_mut().remove(&write.path),
            };
        }
        self.nodes.borrow_mut().extend(flush.buckets);
    }
}

/// The root by the tree's definition, computed recursively over the set.
fn naive_root(pairs: &[(Digest, Vec<u8>)], depth: usize) -> Digest {
    match pairs {
        [] => Digest::ZERO,
        [(path, value)] => leaf_hash(path, &value_hash(value)),
        _ => {
            let (left, right) = pairs.split_at(pairs.partition_point(|(path, _)| !bit(path, depth)));
            node_hash(&naive_root(left, depth + 1), &naive_root(right, depth + 1))
        }
    }
}

/// Paths that share buckets and long prefixes: few bits vary, in bytes 0, 3 and 31. The first 18 bits are the bucket.
fn path(seed: (u8, u8)) -> Digest {
    let mut bytes = [0; 32];
    bytes[0] = seed.0 & 0x81;
    bytes[3] = seed.0 & 0x42;
    bytes[31] = seed.1 & 0x0f;
    Digest(bytes)
}

/// The writes of one block by seed of the path (`None` removes), and whether the state is opened again afterwards.
type Step = (Vec<((u8, u8), Option<u8>)>, bool);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn root_and_proofs_follow_the_set(steps in prop::collection::vec(
        (prop::collection::vec((any::<(u8, u8)>(), prop::option::of(any::<u8>())), 0..12), any::<bool>()), 1..12,
    )) {
        let steps: Vec<Step> = steps;
        let disk = Disk::default();
        let mut state = disk.open();
        let mut truth: BTreeMap<Digest, Vec<u8>> = BTreeMap::new();
        for (writes, reopen) in steps {
            let block: BTreeMap<_, _> = writes.into_iter().map(|(seed, value)| (path(seed), value)).collect();
            for (path, value) in &block {
                match value {
                    Some(value) => truth.insert(*path, vec![*value]),
                    None => truth.remove(path),
                };
            }
            state.warm(block.keys().copied()).expect("the disk in memory does not fail");
            let writes = block.into_iter().map(|(path, value)| Write { path, value: value.map(|v| Box::from([v])) });
            let (writes, before) = (writes.collect::<Vec<_>>(), state.root());
            let undo = state.apply(writes.clone()).expect("the disk in memory does not fail");
            state.apply(undo).expect("the disk in memory does not fail");
            prop_assert_eq!(state.root(), before, "the undo restores the root");
            state.apply(writes).expect("the disk in memory does not fail");
            if reopen {
                disk.flush(&mut state);
                state = disk.open();
            }
            let pairs: Vec<_> = truth.iter().map(|(path, value)| (*path, value.clone())).collect();
            prop_assert_eq!(state.root(), naive_root(&pairs, 0));
            for seed in 0..=255_u8 {
                let path = path((seed, seed >> 3));
                let proof = state.prove(&path).expect("the disk in memory does not fail");
                prop_assert_eq!(proof.root(&path), Some(state.root()));
                prop_assert_eq!(proof.value(), truth.get(&path).map(Vec::as_slice));
                prop_assert_eq!(state.get(&path).expect("the disk in memory does not fail"), truth.get(&path).map(Vec::as_slice));
            }
        }
    }
}

#[test]
fn a_proof_of_one_key_does_not_hold_for_another() {
    let disk = Disk::default();
    let mut state = disk.open();
    let (here, there) = (path((0x81, 1)), path((0x81, 2)));
    state.apply(vec![Write { path: here, value: Some(Box::from([1])) }]).expect("the disk in memory does not fail");
    let absent = state.prove(&there).expect("the disk in memory does not fail");
    assert_eq!(absent.value(), None);
    assert_eq!(absent.root(&there), Some(state.root()));
    assert_eq!(absent.root(&here), None, "the terminal leaf cannot prove its own absence");
}
