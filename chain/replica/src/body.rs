//! Blocks that are not final yet: kept, gathered from peers, given to peers. Invariant: a list of ids is kept only when the
//! block's header commits to it, and a block counts as here only with all its transactions, each checked like a client's.

use crate::{
    Message,
    effect::{Effect, Effects, HeldBlock},
    replica::Replica,
};
use chain_state::LeafReader;
use chain_types::{
    BlockHeader, Digest, PublicKey, TxId, block::transactions_root, mutant, transaction::CheckedTransaction,
};
use std::{collections::BTreeMap, sync::Arc};

/// Blocks of one height that are kept besides those that may still become final.
pub const BODIES_MAX: usize = 32;
/// Bytes of transactions in one answer, at most, unless it is a single one.
pub const TRANSACTIONS_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A block as far as it is known.
pub(crate) enum Body {
    /// Its header and the ids of its transactions.
    Named { header: Box<BlockHeader>, ids: Vec<TxId> },
    /// All of it.
    Whole(Arc<HeldBlock>),
}

/// Transactions of one block that peers were asked for.
pub(crate) struct Gathering {
    pub(crate) block: Digest,
    /// `None` until it arrives.
    pub(crate) transactions: BTreeMap<TxId, Option<Arc<CheckedTransaction>>>,
}

impl<R: LeafReader> Replica<R> {
    /// Keeps a whole block.
    pub(crate) fn keep(&mut self, held: Arc<HeldBlock>) {
        self.make_room();
        self.bodies.insert(held.digest, Body::Whole(held));
    }

    /// Keeps which transactions a block of the present height has, when its header says that they are these. Whether it does.
    pub(crate) fn name(&mut self, digest: Digest, header: BlockHeader, ids: Vec<TxId>) -> bool {
        let is_true =
            header.transactions_root == transactions_root(ids.iter().copied()) || mutant::is(mutant::TRUST_BODIES);
        if is_true && !self.bodies.contains_key(&digest) {
            self.make_room();
            self.bodies.insert(digest, Body::Named { header: Box::new(header), ids });
        }
        is_true
    }

    fn make_room(&mut self) {
        if self.bodies.len() >= BODIES_MAX {
            let wanted = self.simplex.as_ref().map(chain_consensus::Simplex::wanted).unwrap_or_default();
            self.bodies.retain(|digest, _| wanted.contains(digest));
        }
    }

    /// The block, when all of it is here or can be put together of what waits; otherwise asks a peer for the rest.
    pub(crate) fn gather(&mut self, block: Digest, effects: &mut Effects) -> Option<Arc<HeldBlock>> {
        let (header, ids) = match self.bodies.get(&block) {
            Some(Body::Whole(held)) => return Some(Arc::clone(held)),
            Some(Body::Named { header, ids }) => (header, ids),
            None => {
                let message = Message::FetchBlock { block };
                self.ask(None, message, effects);
                return None;
            }
        };
        let gathered = self.gathering.take().filter(|gathering| gathering.block == block);
        let mut known = gathered.map(|gathering| gathering.transactions).unwrap_or_default();
        let mut find = |id: &TxId| known.remove(id).flatten().or_else(|| self.mempool.get(id).cloned());
        let transactions: BTreeMap<_, _> = ids.iter().map(|id| (*id, find(id))).collect();
        let missing: Vec<_> = transactions.iter().filter(|(_, held)| held.is_none()).map(|(id, _)| *id).collect();
        if missing.is_empty() {
            let in_order: Option<Vec<_>> = ids.iter().map(|id| transactions.get(id).cloned().flatten()).collect();
            let held = HeldBlock { header: BlockHeader::clone(header), digest: block, transactions: in_order? };
            let held = Arc::new(held);
            self.bodies.insert(block, Body::Whole(Arc::clone(&held)));
            return Some(held);
        }
        let proposer = header.proposer;
        self.gathering = Some(Gathering { block, transactions });
        self.ask(Some(proposer), Message::FetchTransactions { block, ids: missing }, effects);
        None
    }

    /// Asks one validator: the preferred one first, then each in turn.
    fn ask(&mut self, preferred: Option<u16>, message: Message, effects: &mut Effects) {
        let count = u64::try_from(self.committee.validators.validators.len()).unwrap_or(u64::MAX);
        let turn = self.asked.checked_rem(count).and_then(|turn| u16::try_from(turn).ok()).unwrap_or(0);
        let is_first = self.asked_for != Some(message.clone());
        self.asked = self.asked.wrapping_add(1);
        let index = preferred.filter(|_| is_first).unwrap_or(turn);
        self.asked_for = Some(message.clone());
        let Some(validator) = self.committee.validators.validators.get(usize::from(index)) else { return };
        if Some(index) != self.committee.me {
            effects.push(Effect::Send { to: Some(validator.key), message: Box::new(message) });
        }
    }

    /// A transaction that a gathered block lacks; whether that was the last one.
    pub(crate) fn gathered(&mut self, transaction: &CheckedTransaction) -> Option<Digest> {
        let gathering = self.gathering.as_mut()?;
        let slot = gathering.transactions.get_mut(&transaction.id()).filter(|slot| slot.is_none())?;
        *slot = Some(Arc::new(transaction.clone()));
        gathering.transactions.values().all(Option::is_some).then_some(gathering.block)
    }

    /// Answers a peer that lacks a block.
    pub(crate) fn give_block(&self, to: PublicKey, block: Digest, effects: &mut Effects) {
        let (header, ids) = match self.bodies.get(&block) {
            Some(Body::Whole(held)) => {
                (Box::new(held.header.clone()), held.transactions.iter().map(|transaction| transaction.id()).collect())
            }
            Some(Body::Named { header, ids }) => (header.clone(), ids.clone()),
            None => return,
        };
        let message = Box::new(Message::Block { header, ids });
        effects.push(Effect::Send { to: Some(to), message });
    }

    /// Answers a peer that lacks transactions of a block.
    pub(crate) fn give_transactions(&self, to: PublicKey, block: Digest, ids: &[TxId], effects: &mut Effects) {
        let of_block: BTreeMap<_, _> = match self.bodies.get(&block) {
            Some(Body::Whole(held)) => held.transactions.iter().map(|one| (one.id(), one)).collect(),
            Some(Body::Named { .. }) | None => BTreeMap::new(),
        };
        let (mut found, mut bytes) = (Vec::new(), 0_usize);
        for transaction in ids.iter().filter_map(|id| of_block.get(id).copied().or_else(|| self.mempool.get(id))) {
            bytes = bytes.saturating_add(transaction.bytes());
            if bytes > TRANSACTIONS_BYTES_MAX && !found.is_empty() {
                break;
            }
            found.push(transaction.transaction().clone());
        }
        if !found.is_empty() {
            effects.push(Effect::Send { to: Some(to), message: Box::new(Message::Transactions(found)) });
        }
    }
}
