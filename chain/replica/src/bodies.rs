//! The proposed blocks of the next height: stored, gathered from peers, and sent to peers. Invariant: a list of
//! transaction ids is stored only when the block's header commits to it. A block is complete only with all its
//! transactions, each checked like a client's.

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

/// Blocks of one height that are kept before those that cannot become final are dropped.
pub const BODIES_MAX: usize = 32;
/// Bytes of transactions in one answer, at most; a single larger transaction is still sent.
pub const TRANSACTIONS_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What is known of a block.
enum Body {
    /// The header and the ids of the transactions.
    Named { header: Box<BlockHeader>, ids: Vec<TxId> },
    /// The whole block.
    Whole(Arc<HeldBlock>),
}

/// A block whose missing transactions were requested from peers.
struct Gathering {
    block: Digest,
    /// `None` for a transaction that is still missing.
    transactions: BTreeMap<TxId, Option<Arc<CheckedTransaction>>>,
}

/// The blocks of the height in progress.
#[derive(Default)]
pub(crate) struct Bodies {
    known: BTreeMap<Digest, Body>,
    gathering: Option<Gathering>,
    /// The number of requests so far. It rotates them over the validators.
    requests: u64,
    /// The last request. Its first attempt goes to the preferred validator, repetitions to the others in turn.
    last_request: Option<Message>,
}

impl Bodies {
    /// Stores a whole block. `decision` names the blocks that are kept when there are too many.
    pub(crate) fn keep(&mut self, held: Arc<HeldBlock>, decision: Option<&Simplex>) {
        self.make_room(decision);
        self.known.insert(held.digest, Body::Whole(held));
    }

    /// Stores the ids of a block's transactions when its header commits to them. Returns whether it does.
    pub(crate) fn name(
        &mut self,
        digest: Digest,
        header: BlockHeader,
        ids: Vec<TxId>,
        decision: Option<&Simplex>,
    ) -> bool {
        // A deliberately broken variant; the simulator must detect it.
        let is_valid =
            header.transactions_root == transactions_root(ids.iter().copied()) || mutant::is(mutant::TRUST_BODIES);
        if is_valid && !self.known.contains_key(&digest) {
            self.make_room(decision);
            self.known.insert(digest, Body::Named { header: Box::new(header), ids });
        }
        is_valid
    }

    fn make_room(&mut self, decision: Option<&Simplex>) {
        if self.known.len() >= BODIES_MAX {
            let wanted = decision.map(Simplex::wanted).unwrap_or_default();
            self.known.retain(|digest, _| wanted.contains(digest));
        }
    }

    /// A block that is stored whole.
    pub(crate) fn whole(&self, block: &Digest) -> Option<&Arc<HeldBlock>> {
        match self.known.get(block) {
            Some(Body::Whole(held)) => Some(held),
            Some(Body::Named { .. }) | None => None,
        }
    }

    /// Returns the block when it is whole or can be assembled from pending transactions. Otherwise requests the rest
    /// from a peer.
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

    /// Sends a request to one validator: first to the preferred one, then to each in turn.
    fn ask(&mut self, preferred: Option<u16>, message: Message, committee: &Committee, effects: &mut Effects) {
        let count = u64::try_from(committee.validators.validators.len()).unwrap_or(u64::MAX);
        let turn = self.requests.checked_rem(count).and_then(|turn| u16::try_from(turn).ok()).unwrap_or(0);
        let is_first = self.last_request != Some(message.clone());
        self.requests = self.requests.wrapping_add(1);
        let index = preferred.filter(|_| is_first).unwrap_or(turn);
        self.last_request = Some(message.clone());
        let Some(validator) = committee.validators.validators.get(usize::from(index)) else { return };
        if Some(index) != committee.me {
            effects.push(Effect::Send { to: Some(validator.key), message: Box::new(message) });
        }
    }

    /// Lets the next request go to its preferred validator again.
    pub(crate) fn reset_request(&mut self) {
        self.last_request = None;
    }

    /// Adds a missing transaction of a gathered block. Returns the block when that was the last one.
    pub(crate) fn add(&mut self, transaction: &CheckedTransaction) -> Option<Digest> {
        let gathering = self.gathering.as_mut()?;
        let slot = gathering.transactions.get_mut(&transaction.id()).filter(|slot| slot.is_none())?;
        *slot = Some(Arc::new(transaction.clone()));
        gathering.transactions.values().all(Option::is_some).then_some(gathering.block)
    }

    /// Drops the list of missing transactions.
    pub(crate) fn stop_gathering(&mut self) {
        self.gathering = None;
    }

    /// Drops all blocks: their height is decided.
    pub(crate) fn clear(&mut self) {
        self.known.clear();
        self.gathering = None;
    }

    /// Answers a request for a block.
    pub(crate) fn send_block(&self, to: PublicKey, block: Digest, effects: &mut Effects) {
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

    /// Answers a request for transactions of a block.
    pub(crate) fn send_transactions(
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

    /// The number of blocks, whole or by their ids.
    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    /// Bytes of the id lists of blocks that are not whole.
    pub(crate) fn named_bytes(&self) -> usize {
        let sizes = self.known.values().map(|body| match body {
            Body::Named { ids, .. } => std::mem::size_of_val(ids.as_slice()),
            Body::Whole(_) => 0,
        });
        sizes.fold(0, usize::saturating_add)
    }
}
