//! The disk of one process: the store and the journal. Invariant: a commit is in the store whole or not at all, and
//! what is taken over from others counts for nothing until all of it does.

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

/// How simulated states are laid out: few levels, because there are few keys, and a flush every few blocks.
pub const SHAPE: Shape = Shape { levels: 6, flush_leaves: 48 };

/// The leaves of a state by their paths.
pub type Leaves = BTreeMap<Digest, Box<[u8]>>;

/// A state that was taken over from others, or a part of it.
#[derive(Clone, Default)]
pub struct Takeover {
    /// Its leaves.
    pub leaves: Leaves,
    /// The transactions that it remembers.
    pub seen: Vec<SeenBlock>,
}

/// What the store holds.
#[derive(Clone, Default)]
pub struct Store {
    /// The state that was written out last.
    pub leaves: Leaves,
    nodes: BTreeMap<u32, Node>,
    /// Consecutive final blocks: from height 1, or from that of a snapshot.
    pub blocks: Vec<Arc<FinalBlock>>,
    /// The write-sets since the last flush.
    pub deltas: Vec<Vec<u8>>,
    /// Remembered transactions.
    pub seen: Vec<SeenBlock>,
    totals: Totals,
    /// The height of the state that was written out last, and the totals there.
    pub flushed: Option<(Height, Totals)>,
    /// What is being taken over.
    pub takeover: Takeover,
    /// The block and the state that it joined with, until the oracles looked at it.
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

    /// The height of the last block.
    pub fn height(&self) -> Height {
        self.blocks.last().map_or(Height(0), |block| block.header.height)
    }

    /// A block by its height, unless it is absent.
    pub fn block(&self, height: Height) -> Option<&Arc<FinalBlock>> {
        let first = self.blocks.first()?.header.height;
        self.blocks.get(usize::try_from(height.0.checked_sub(first.0)?).ok()?)
    }

    /// Writes a part of another's state where it counts for nothing.
    pub fn take_over(&mut self, part: Flush) {
        let leaves = part.leaves.into_iter().filter_map(|leaf| Some((leaf.path, leaf.value?)));
        self.takeover.leaves.extend(leaves);
    }

    /// Makes what was taken over count.
    pub fn adopt(&mut self, adoption: &Adoption) {
        let takeover = std::mem::take(&mut self.takeover);
        let height = adoption.block.header.height;
        (self.leaves, self.seen) = (takeover.leaves.clone(), takeover.seen.clone());
        self.nodes = nodes_of(&self.leaves, SHAPE).into_iter().collect();
        self.blocks = vec![Arc::clone(&adoption.block)];
        (self.totals, self.flushed) = (adoption.totals, Some((height, adoption.totals)));
        self.joined = Some((Arc::clone(&adoption.block), takeover));
    }

    /// Loses the last block, when that is possible without touching what was flushed.
    pub fn lose_last(&mut self) {
        if self.deltas.pop().is_some() {
            self.blocks.pop();
            self.seen.pop();
        }
    }

    /// Changes one bit of what the state is made of, if there is any.
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

/// The nodes of a state's buckets in some layout.
pub fn nodes_of(leaves: &Leaves, shape: Shape) -> Vec<(u32, Node)> {
    let mut state = State::restore_with(Disk::default(), shape, []);
    let writes = leaves.iter().map(|(path, value)| Write { path: *path, value: Some(value.clone()) }).collect();
    let _ = state.apply(writes).expect("an empty disk is read");
    state.take_flush(1).map_or_else(Vec::new, |flush| flush.buckets)
}

/// Everything on a process's disk.
#[derive(Clone, Default)]
pub struct Content {
    /// The store.
    pub store: Store,
    /// The journal.
    pub journal: Journal,
    /// What was promised and is not kept yet.
    pub owed: Vec<Owed>,
}

/// A handle to a disk.
#[derive(Clone, Default)]
pub struct Disk(Rc<RefCell<Content>>);

impl Disk {
    /// Looks at the content.
    pub fn look(&self) -> Ref<'_, Content> {
        self.0.borrow()
    }

    /// Changes the content.
    pub fn change(&self) -> RefMut<'_, Content> {
        self.0.borrow_mut()
    }

    /// The state and everything else that a replica starts from; `None` when the journal is damaged.
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
