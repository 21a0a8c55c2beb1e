//! The simulated disk of one process: store and journal. Invariant: the store contains a commit completely or not at
//! all. A state received from peers has no effect before it is complete.

use crate::{
    dice::Dice,
    journal::{Journal, Record},
};
use chain_replica::{Adoption, Commit, Memory, Owed, Recovered, SeenBlock, Totals};
use chain_state::{Flush, LeafReader, Node, ReadFailure, Shape, State, StoredLeaf, Write, bucket_below};
use chain_types::{Digest, FinalBlock, Height, TimestampMs};
use std::{
    cell::{Ref, RefCell, RefMut},
    collections::BTreeMap,
    rc::Rc,
    sync::Arc,
};

/// The layout of simulated states: few levels, because there are few keys, and a flush every few blocks.
pub const SHAPE: Shape = Shape { levels: 6, flush_leaves: 48, cache_bytes: 8 * 1024 };

/// The leaves of a state by path.
pub type Leaves = BTreeMap<Digest, Box<[u8]>>;

/// A state received from peers, complete or in part.
#[derive(Clone, Default)]
pub struct Takeover {
    pub leaves: Leaves,
    /// The remembered transactions.
    pub seen: Vec<SeenBlock>,
}

/// The content of the store.
#[derive(Clone, Default)]
pub struct Store {
    /// The leaves at the last flush.
    pub leaves: Leaves,
    nodes: BTreeMap<u32, Node>,
    /// Consecutive final blocks, from height 1 or from the height of a snapshot.
    pub blocks: Vec<Arc<FinalBlock>>,
    /// The write-sets since the last flush.
    pub deltas: Vec<Vec<u8>>,
    /// The remembered transactions.
    pub seen: Vec<SeenBlock>,
    totals: Totals,
    /// The height and totals at the last flush.
    pub flushed: Option<(Height, Totals)>,
    /// The state that is being received from peers.
    pub takeover: Takeover,
    /// The snapshot's block and state after a join, until the oracles read them.
    pub joined: Option<(Arc<FinalBlock>, Takeover)>,
}

impl Store {
    /// Writes a commit.
    pub fn write(&mut self, commit: &Commit) {
        let header = &commit.block.header;
        if let Some(flush) = &commit.flush {
            for write in &flush.leaves {
                match &write.value {
                    Some(value) => self.leaves.insert(write.path, value.clone()),
                    None => self.leaves.remove(&write.path),
                };
            }
            self.nodes.extend(flush.buckets.iter().copied());
            self.deltas.clear();
            self.flushed = Some((header.height, commit.totals));
        } else {
            self.deltas.push(commit.delta.clone());
        }
        self.seen.push((header.height, header.timestamp_ms, commit.seen.clone()));
        let before = commit.expired_before.0.saturating_sub(chain_types::limit::VALIDITY_MS_MAX);
        self.seen.retain(|(_, time, _)| *time >= TimestampMs(before));
        self.blocks.push(Arc::clone(&commit.block));
        self.totals = commit.totals;
    }

    /// The height of the last block; 0 without blocks.
    pub fn height(&self) -> Height {
        self.blocks.last().map_or(Height(0), |block| block.header.height)
    }

    /// The block at a height, if it is stored.
    pub fn block(&self, height: Height) -> Option<&Arc<FinalBlock>> {
        let first = self.blocks.first()?.header.height;
        self.blocks.get(usize::try_from(height.0.checked_sub(first.0)?).ok()?)
    }

    /// Writes a part of a peer's state to the staging area. [`Store::adopt`] activates it.
    pub fn take_over(&mut self, part: Flush) {
        let leaves = part.leaves.into_iter().filter_map(|leaf| Some((leaf.path, leaf.value?)));
        self.takeover.leaves.extend(leaves);
    }

    /// Activates the received state.
    pub fn adopt(&mut self, adoption: &Adoption) {
        let takeover = std::mem::take(&mut self.takeover);
        let height = adoption.block.header.height;
        (self.leaves, self.seen) = (takeover.leaves.clone(), takeover.seen.clone());
        self.nodes = nodes_of(&self.leaves, SHAPE).into_iter().collect();
        self.blocks = vec![Arc::clone(&adoption.block)];
        (self.totals, self.flushed) = (adoption.totals, Some((height, adoption.totals)));
        self.joined = Some((Arc::clone(&adoption.block), takeover));
    }

    /// Removes the last block, if its state was not flushed.
    pub fn lose_last(&mut self) {
        if self.deltas.pop().is_some() {
            self.blocks.pop();
            self.seen.pop();
        }
    }

    /// Flips one bit of the last write-set. Returns false when there is none.
    pub fn rot(&mut self, dice: &mut Dice) -> bool {
        let value = self.deltas.last_mut().filter(|delta| !delta.is_empty());
        let Some(delta) = value else { return false };
        let at = dice.index(delta.len());
        if let Some(byte) = delta.get_mut(at) {
            *byte ^= 1 << dice.below(8);
        }
        true
    }
}

/// The tree nodes of a state's buckets in a given layout.
pub fn nodes_of(leaves: &Leaves, shape: Shape) -> Vec<(u32, Node)> {
    let mut state = State::restore_with(Disk::default(), shape, []);
    let writes = leaves.iter().map(|(path, value)| Write { path: *path, value: Some(value.clone()) }).collect();
    let _ = state.apply(writes).expect("reading an empty disk cannot fail");
    state.take_flush(1).map_or_else(Vec::new, |flush| flush.buckets)
}

/// Everything on a process's disk.
#[derive(Clone, Default)]
pub struct Content {
    pub store: Store,
    pub journal: Journal,
    /// Promised transactions that are not in a block yet.
    pub owed: Vec<Owed>,
}

/// A shared handle to a disk.
#[derive(Clone, Default)]
pub struct Disk(Rc<RefCell<Content>>);

impl Disk {
    /// Borrows the content.
    pub fn look(&self) -> Ref<'_, Content> {
        self.0.borrow()
    }

    /// Borrows the content mutably.
    pub fn change(&self) -> RefMut<'_, Content> {
        self.0.borrow_mut()
    }

    /// Returns the state and everything else that a replica starts from; `None` when the journal is damaged.
    pub fn recover(&self) -> Option<(State<Self>, Recovered)> {
        let mut content = self.change();
        let height = content.store.height();
        if height == Height(0) {
            content.store.takeover = Takeover::default();
        }
        let records = content.journal.read_after(height)?;
        let (mut memory, mut held) = (Memory::default(), Vec::new());
        for (_, record) in records {
            match record {
                Record::Vote(vote) => memory.votes.push(vote),
                Record::Certificate(certificate) => memory.certificates.push(certificate),
                Record::Held(header, transactions) => held.push((*header, transactions)),
            }
        }
        let store = &content.store;
        let tip = store.blocks.last().map(|block| (block.header.clone(), block.certificate.clone(), store.totals));
        let voted = content.journal.voted();
        let (deltas, seen, owed) = (store.deltas.clone(), store.seen.clone(), content.owed.clone());
        let recovered = Recovered { tip, deltas, seen, memory, held, owed, voted };
        let nodes: Vec<_> = store.nodes.iter().map(|(bucket, node)| (*bucket, *node)).collect();
        drop(content);
        Some((State::restore_with(self.clone(), SHAPE, nodes), recovered))
    }
}

impl LeafReader for Disk {
    fn leaves(&self, bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
        let content = self.look();
        let of_bucket = content.store.leaves.iter().filter(|(path, _)| bucket_below(path, SHAPE.levels) == bucket);
        Ok(of_bucket.map(|(path, value)| StoredLeaf { path: *path, value: value.clone() }).collect())
    }
}
