//! A block's uncommitted writes on top of the state. Invariant: a read returns the block's newest write. A rollback
//! restores the writes at the mark exactly. The write-set is ascending by path.

use borsh::{BorshDeserialize, BorshSerialize};
use chain_state::{LeafReader, ReadFailure, State, Write};
use chain_types::{Digest, codec, state::Slot};
use foldhash::fast::RandomState;
use std::collections::{HashMap, hash_map::Entry};

/// A position in the undo log that [`Overlay::rollback`] can return to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark(usize);

/// The state below the writes. A trait object keeps the type of the leaf reader out of the slices' signatures. The
/// indirect call costs little: reads of the block's own writes skip it, and any other read walks down the tree.
trait Base {
    fn get(&mut self, path: &Digest) -> Result<Option<&[u8]>, ReadFailure>;

    fn warm(&mut self, paths: &mut dyn Iterator<Item = Digest>) -> Result<(), ReadFailure>;
}

impl<R: LeafReader> Base for State<R> {
    fn get(&mut self, path: &Digest) -> Result<Option<&[u8]>, ReadFailure> {
        Self::get(self, path)
    }

    fn warm(&mut self, paths: &mut dyn Iterator<Item = Digest>) -> Result<(), ReadFailure> {
        Self::warm(self, paths)
    }
}

/// The write that a later write replaced.
enum Before {
    /// The path had no earlier write in this block.
    Nothing,
    /// The path had this earlier write in this block.
    Write(Option<Box<[u8]>>),
}

struct Undo {
    path: Digest,
    before: Before,
}

/// A block's writes, with an undo log.
pub(crate) struct Overlay<'s> {
    base: &'s mut dyn Base,
    writes: HashMap<Digest, Option<Box<[u8]>>, RandomState>,
    undo: Vec<Undo>,
    /// Scratch buffer: values are encoded here first, so that each is stored in an allocation of its exact size.
    encoded: Vec<u8>,
}

impl<'s> Overlay<'s> {
    /// A view of `state` without writes.
    pub(crate) fn new<R: LeafReader>(state: &'s mut State<R>) -> Self {
        Self { base: state, writes: HashMap::default(), undo: Vec::new(), encoded: Vec::new() }
    }

    /// Reserves memory for this many writes.
    pub(crate) fn reserve(&mut self, writes: usize) {
        self.writes.reserve(writes);
        self.undo.reserve(writes);
    }

    /// Reads the values of all paths in one pass.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub(crate) fn warm(&mut self, mut paths: impl Iterator<Item = Digest>) -> Result<(), ReadFailure> {
        self.base.warm(&mut paths)
    }

    fn get(&mut self, path: &Digest) -> Result<Option<&[u8]>, ReadFailure> {
        match self.writes.get(path) {
            Some(written) => Ok(written.as_deref()),
            None => self.base.get(path),
        }
    }

    /// The value of a key. Panics on a value that does not decode: only this crate writes the state, so that is a bug.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub(crate) fn read<V: BorshDeserialize>(&mut self, slot: &Slot<V>) -> Result<Option<V>, ReadFailure> {
        let value = self.get(&slot.path())?;
        Ok(value.map(|bytes| {
            codec::decode_own("a state value", bytes).expect("every value in the state was encoded by this crate")
        }))
    }

    /// Whether a key has a value.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub(crate) fn contains<V>(&mut self, slot: &Slot<V>) -> Result<bool, ReadFailure> {
        Ok(self.get(&slot.path())?.is_some())
    }

    pub(crate) fn write<V: BorshSerialize>(&mut self, slot: &Slot<V>, value: &V) {
        self.encoded.clear();
        codec::encode_into(value, &mut self.encoded);
        self.set(slot.path(), Some(self.encoded.as_slice().into()));
    }

    pub(crate) fn remove<V>(&mut self, slot: &Slot<V>) {
        self.set(slot.path(), None);
    }

    fn set(&mut self, path: Digest, value: Option<Box<[u8]>>) {
        let before = match self.writes.entry(path) {
            Entry::Occupied(mut entry) => Before::Write(entry.insert(value)),
            Entry::Vacant(entry) => {
                entry.insert(value);
                Before::Nothing
            }
        };
        self.undo.push(Undo { path, before });
    }

    /// The present position in the undo log.
    pub(crate) const fn mark(&self) -> Mark {
        Mark(self.undo.len())
    }

    /// Undoes every write since the mark.
    pub(crate) fn rollback(&mut self, mark: Mark) {
        while self.undo.len() > mark.0 {
            let Some(undo) = self.undo.pop() else { break };
            match undo.before {
                Before::Write(value) => self.writes.insert(undo.path, value),
                Before::Nothing => self.writes.remove(&undo.path),
            };
        }
    }

    /// The block's write-set, ascending by path.
    pub(crate) fn into_writes(self) -> Vec<Write> {
        let mut writes: Vec<_> = self.writes.into_iter().map(|(path, value)| Write { path, value }).collect();
        writes.sort_unstable_by_key(|write| write.path);
        writes
    }
}
