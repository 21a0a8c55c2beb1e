//! Blocks that are not final yet: kept, gathered from peers, given to peers. Invariant: a list of ids is kept only when
//! the block's header commits to it, and a block counts as here only with all its transactions, each checked like a
//! client's.

use crate::{
    Message,
    effect::{Effect, Effects, HeldBlock},
    mempool::Mempool,
};
use chain_consensus::{Committee, Simplex};
use chain_types::{
    BlockHeader, Digest, PublicKey, TxId, block::transactions_root, mutant, transaction::CheckedTransaction,
};
use std::{collections::BTreeMap, sync::Arc};

/// Blocks of one height that are kept besides those that may still become final.
pub const BODIES_MAX: usize = 32;
/// Bytes of transactions in one answer, at most, unless it is a single one.
pub const TRANSACTIONS_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A block as far as it is known.
enum Body {
    /// Its header and the ids of its transactions.
    Named { header: Box<BlockHeader>, ids: Vec<TxId> },
    /// All of it.
    Whole(Arc<HeldBlock>),
}

/// A block whose transactions peers were asked for.
struct Gathering {
    block: Digest,
    /// `None` until it arrives.
    transactions: BTreeMap<TxId, Option<Arc<CheckedTransaction>>>,
}

/// The blocks of the height under way.
#[derive(Default)]
pub(crate) struct Bodies {
    known: BTreeMap<Digest, Body>,
    gathering: Option<Gathering>,
    /// How many questions were asked: it turns them from validator to validator.
    asked: u64,
    /// The last question. The preferred validator gets it once, then the others.
    last_question: Option<Message>,
}

impl Bodies {
    /// Keeps a whole block. `decision` tells which blocks stay when there are too many.
    pub(crate) fn keep(&mut self, held: Arc<HeldBlock>, decision: Option<&Simplex>) {
        self.make_room(decision);
        self.known.insert(held.digest, Body::Whole(held));
    }

    /// Keeps the ids of a block's transactions when its header commits to them. Returns whether it does.
    pub(crate) fn name(
        &mut self,
        digest: Digest,
        header: BlockHeader,
        ids: Vec<TxId>,
        decision: Option<&Simplex>,
    ) -> bool {
        let is_true =
            header.transactions_root == transactions_root(ids.iter().copied()) || mutant::is(mutant::TRUST_BODIES);
        if is_true && !self.known.contains_key(&digest) {
            self.make_room(decision);
            self.known.insert(digest, Body::Named { header: Box::new(header), ids });
        }
        is_true
    }

    fn make_room(&mut self, decision: Option<&Simplex>) {
        if self.known.len() >= BODIES_MAX {
            let wanted = decision.map(Simplex::wanted).unwrap_or_default();
            self.known.retain(|digest, _| wanted.contains(digest));
        }
    }

    /// A block all of which is here.
    pub(crate) fn whole(&self, block: &Digest) -> Option<&Arc<HeldBlock>> {
        match self.known.get(block) {
            Some(Body::Whole(held)) => Some(held),
            Some(Body::Named { .. }) | None => None,
        }
    }

    /// The block, when all of it is here or can be assembled from pending transactions; otherwise asks a peer for the
    /// rest.
    pub(crate) fn gather(
        &mut self,
        block: Digest,
        committee: &Committee,
        mempool: &Mempool,
        effects: &mut Effects,
    ) -> Option<Arc<HeldBlock>> {
        let (header, ids) = match self.known.get(&block) {
            Some(Body::Whole(held)) => return Some(Arc::clone(held)),
            Some(Body::Named { header, ids }) => (header, ids),
            None => {
                self.ask(None, Message::FetchBlock { block }, committee, effects);
                return None;
            }
        };
        let gathered = self.gathering.take().filter(|gathering| gathering.block == block);
        let mut known = gathered.map(|gathering| gathering.transactions).unwrap_or_default();
        let mut find = |id: &TxId| known.remove(id).flatten().or_else(|| mempool.get(id).cloned());
        let transactions: BTreeMap<_, _> = ids.iter().map(|id| (*id, find(id))).collect();
        let missing: Vec<_> = transactions.iter().filter(|(_, held)| held.is_none()).map(|(id, _)| *id).collect();
        if missing.is_empty() {
            let in_order: Option<Vec<_>> = ids.iter().map(|id| transactions.get(id).cloned().flatten()).collect();
            let held = HeldBlock { header: BlockHeader::clone(header), digest: block, transactions: in_order? };
            let held = Arc::new(held);
            self.known.insert(block, Body::Whole(Arc::clone(&held)));
            return Some(held);
        }
        let proposer = header.proposer;
        self.gathering = Some(Gathering { block, transactions });
        self.ask(Some(proposer), Message::FetchTransactions { block, ids: missing }, committee, effects);
        None
    }

    /// Asks one validator: the preferred one first, then each in turn.
    fn ask(&mut self, preferred: Option<u16>, message: Message, committee: &Committee, effects: &mut Effects) {
        let count = u64::try_from(committee.validators.validators.len()).unwrap_or(u64::MAX);
        let turn = self.asked.checked_rem(count).and_then(|turn| u16::try_from(turn).ok()).unwrap_or(0);
        let is_first = self.last_question != Some(message.clone());
        self.asked = self.asked.wrapping_add(1);
        let index = preferred.filter(|_| is_first).unwrap_or(turn);
        self.last_question = Some(message.clone());
        let Some(validator) = committee.validators.validators.get(usize::from(index)) else { return };
        if Some(index) != committee.me {
            effects.push(Effect::Send { to: Some(validator.key), message: Box::new(message) });
        }
    }

    /// Lets the next question go to its preferred validator again.
    pub(crate) fn forget_question(&mut self) {
        self.last_question = None;
    }

    /// Adds a transaction that a gathered block lacks. Returns the block when that was the last one.
    pub(crate) fn add(&mut self, transaction: &CheckedTransaction) -> Option<Digest> {
        let gathering = self.gathering.as_mut()?;
        let slot = gathering.transactions.get_mut(&transaction.id()).filter(|slot| slot.is_none())?;
        *slot = Some(Arc::new(transaction.clone()));
        gathering.transactions.values().all(Option::is_some).then_some(gathering.block)
    }

    /// Forgets which transactions are awaited.
    pub(crate) fn stop_gathering(&mut self) {
        self.gathering = None;
    }

    /// Forgets all blocks: their height is decided.
    pub(crate) fn clear(&mut self) {
        self.known.clear();
        self.gathering = None;
    }

    /// Answers a peer that lacks a block.
    pub(crate) fn give_block(&self, to: PublicKey, block: Digest, effects: &mut Effects) {
        let (header, ids) = match self.known.get(&block) {
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
    pub(crate) fn give_transactions(
        &self,
        to: PublicKey,
        (block, ids): (Digest, &[TxId]),
        mempool: &Mempool,
        effects: &mut Effects,
    ) {
        let whole = self.whole(&block).into_iter();
        let of_block: BTreeMap<_, _> = whole.flat_map(|held| &held.transactions).map(|one| (one.id(), one)).collect();
        let (mut found, mut bytes) = (Vec::new(), 0_usize);
        for transaction in ids.iter().filter_map(|id| of_block.get(id).copied().or_else(|| mempool.get(id))) {
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

    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    /// Bytes of the lists of ids of blocks that are not whole.
    pub(crate) fn named_bytes(&self) -> usize {
        let named = self.known.values().map(|body| match body {
            Body::Named { ids, .. } => std::mem::size_of_val(ids.as_slice()),
            Body::Whole(_) => 0,
        });
        named.fold(0, usize::saturating_add)
    }
}
