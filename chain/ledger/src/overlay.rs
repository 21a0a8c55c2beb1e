//! The writes of a block before it is applied. Invariant: a read sees the newest write of the block, a rollback
//! restores exactly what stood at the mark, and the write-set comes out ascending by path.

use chain_state::{LeafReader, ReadFailure, State, Write};
use chain_types::{Digest, codec};
use foldhash::fast::RandomState;
use std::collections::{HashMap, hash_map::Entry};

/// A point that [`Overlay::rollback`] can return to.
#[derive(Clone, Copy, Debug)]
pub struct Mark(usize);

/// What a path's write replaced.
enum Before {
    /// No write of this block.
    Nothing,
    /// An earlier write of this block.
    Write(Option<Box<[u8]>>),
}

struct Undo {
    path: Digest,
    before: Before,
}

/// A view on a state with the block's own writes on top.
pub struct Overlay<'s, R> {
    state: &'s mut State<R>,
    writes: HashMap<Digest, Option<Box<[u8]>>, RandomState>,
    undo: Vec<Undo>,
    /// Where values are encoded before they get a place of their size.
    encoded: Vec<u8>,
}

impl<'s, R: LeafReader> Overlay<'s, R> {
    /// A view without writes.
    pub fn new(state: &'s mut State<R>) -> Self {
        Self { state, writes: HashMap::default(), undo: Vec::new(), encoded: Vec::new() }
    }

    /// Makes room for so many writes.
    pub fn reserve(&mut self, writes: usize) {
        self.writes.reserve(writes);
        self.undo.reserve(writes);
    }

    /// Reads what the paths hold in one pass.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn warm(&mut self, paths: impl IntoIterator<Item = Digest>) -> Result<(), ReadFailure> {
        self.state.warm(paths)
    }

    /// The value at the path of a key ([`chain_types::state::StateKey::path`]): a path costs a hash, so whoever reads
    /// and writes one key computes it once.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn get(&mut self, path: &Digest) -> Result<Option<&[u8]>, ReadFailure> {
        match self.writes.get(path) {
            Some(written) => Ok(written.as_deref()),
            None => self.state.get(path),
        }
    }

    /// The value of a key, decoded; a value that does not decode was not written by this law, which is a bug.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn read<T: borsh::BorshDeserialize>(&mut self, path: &Digest) -> Result<Option<T>, ReadFailure> {
        let value = self.get(path)?;
        Ok(value.map(|bytes| codec::decode_own("a state value", bytes).expect("the state holds what the law wrote")))
    }

    /// Whether a key has a value.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn contains(&mut self, path: &Digest) -> Result<bool, ReadFailure> {
        Ok(self.get(path)?.is_some())
    }

    /// Writes an encoded value.
    pub fn write<T: borsh::BorshSerialize>(&mut self, path: &Digest, value: &T) {
        self.encoded.clear();
        codec::encode_into(value, &mut self.encoded);
        self.set(*path, Some(self.encoded.as_slice().into()));
    }

    /// Removes a key.
    pub fn remove(&mut self, path: &Digest) {
        self.set(*path, None);
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

    /// The present point.
    pub const fn mark(&self) -> Mark {
        Mark(self.undo.len())
    }

    /// Forgets every write since the mark.
    pub fn rollback(&mut self, mark: Mark) {
        while self.undo.len() > mark.0 {
            let Some(undo) = self.undo.pop() else { break };
            match undo.before {
                Before::Write(value) => self.writes.insert(undo.path, value),
                Before::Nothing => self.writes.remove(&undo.path),
            };
        }
    }

    /// The block's write-set, ascending by path, and the state to apply it to.
    pub fn into_writes(self) -> (&'s mut State<R>, Vec<Write>) {
        let mut writes: Vec<_> = self.writes.into_iter().map(|(path, value)| Write { path, value }).collect();
        writes.sort_unstable_by_key(|write| write.path);
        (self.state, writes)
    }
}
