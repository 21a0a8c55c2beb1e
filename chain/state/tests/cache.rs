//! The memory of a state: however many keys there are, blocks and reads leave at most the cache's size in memory. What
//! was dropped is read again from the disk.

use chain_state::{LeafReader, ReadFailure, Shape, State, StoredLeaf, Write, bucket_below};
use chain_types::Digest;
use sha2::{Digest as _, Sha256};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

const SHAPE: Shape = Shape { levels: 6, flush_leaves: 100, cache_bytes: 16 * 1024 };
/// The keys of one block. They are in few buckets, which is why a block's own buckets fit into the cache.
const BLOCK: u32 = 8;
const BLOCKS: u32 = 200;

/// A disk in memory, and how many buckets were read from it.
#[derive(Clone, Default)]
struct Disk {
    leaves: Rc<RefCell<BTreeMap<Digest, Box<[u8]>>>>,
    reads: Rc<RefCell<usize>>,
}

impl LeafReader for Disk {
    fn leaves(&self, bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
        *self.reads.borrow_mut() += 1;
        let leaves = self.leaves.borrow();
        let of_bucket = leaves.iter().filter(|(path, _)| bucket_below(path, SHAPE.levels) == bucket);
        Ok(of_bucket.map(|(path, value)| StoredLeaf { path: *path, value: value.clone() }).collect())
    }
}

impl Disk {
    fn write(&self, leaves: Vec<Write>) {
        for write in leaves {
            self.leaves.borrow_mut().insert(write.path, write.value.expect("no key is removed"));
        }
    }
}

fn path(number: u32) -> Digest {
    Digest(Sha256::digest(number.to_be_bytes()).into())
}

/// A state to which blocks of new keys were applied, flushed when it asks to, and its disk.
fn filled() -> (State<Disk>, Disk) {
    let disk = Disk::default();
    let mut state = State::restore_with(disk.clone(), SHAPE, []);
    for block in 0..BLOCKS {
        let keys: BTreeMap<_, _> = (block * BLOCK..(block + 1) * BLOCK).map(|key| (path(key), key)).collect();
        let value = |key: u32| Box::from(key.to_be_bytes());
        let writes = keys.into_iter().map(|(path, key)| Write { path, value: Some(value(key)) }).collect();
        state.apply(writes).expect("the disk in memory does not fail");
        if let Some(flush) = state.take_flush(SHAPE.flush_leaves) {
            disk.write(flush.leaves);
        }
        state.trim();
        let cached = state.cached_bytes();
        assert!(cached <= SHAPE.cache_bytes, "{cached} bytes after block {block}");
    }
    (state, disk)
}

#[test]
fn blocks_leave_no_more_than_the_cache_in_memory() {
    let (mut state, disk) = filled();
    let all = usize::try_from(BLOCKS * BLOCK).expect("a few keys") * size_of::<Digest>();
    assert!(all > 2 * SHAPE.cache_bytes, "the keys alone do not fit into the cache");
    assert!(*disk.reads.borrow() > 0, "dropped buckets are read again");

    let keys: BTreeMap<_, _> = (0..BLOCKS * BLOCK).map(|key| (path(key), Box::from(key.to_be_bytes()))).collect();
    let mut at_once = State::restore_with(Disk::default(), SHAPE, []);
    let writes = keys.iter().map(|(path, value)| Write { path: *path, value: Some(Box::clone(value)) }).collect();
    at_once.apply(writes).expect("an empty disk does not fail");
    assert_eq!(state.root(), at_once.root(), "dropped buckets change no root");
    for (path, value) in keys {
        let found = state.get(&path).expect("the disk in memory does not fail");
        assert_eq!(found, Some(&*value));
        state.trim();
    }
}

#[test]
fn proofs_leave_no_more_than_the_cache_in_memory() {
    let (mut state, _) = filled();
    for key in 0..2 * BLOCKS * BLOCK {
        let proof = state.prove(&path(key)).expect("the disk in memory does not fail");
        assert_eq!(proof.root(&path(key)), Some(state.root()));
        state.trim();
        assert!(state.cached_bytes() <= SHAPE.cache_bytes);
    }
}
