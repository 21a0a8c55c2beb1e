//! Queries of a replica, and its two settings. Invariant: queries leave the replicated state unchanged.
//! [`Replica::prove`] may undo the block in progress and apply it again. [`Replica::time_building`] and
//! [`Replica::apply_write_sets`] change only settings.

use crate::{Replica, Stopwatch, Totals, peers::LocalPosition};
use chain_consensus::Simplex;
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    BlockHeader, Certificate, Digest, Height, StreamHead, Subject, TenantId, View, codec,
    state::{StateKey, StateProof, StreamKey, TypedKey},
};

/// The memory use of a replica, as counts and bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Load {
    /// The number of pending transactions in the mempool.
    pub waiting: usize,
    /// The number of proposed blocks at the next height. Of some only the header and the transactions' ids are known.
    pub bodies: usize,
    /// The encoded bytes of consensus messages that are kept until the next heights begin.
    pub early_bytes: usize,
    /// The bytes of the id lists of proposed blocks that lack transactions.
    pub named_bytes: usize,
    /// The number of final blocks that a peer sent and that are not applied yet.
    pub incoming: usize,
}

impl<R: LeafReader> Replica<R> {
    /// The number of pending transactions.
    pub fn waiting(&self) -> usize {
        self.mempool.len()
    }

    /// Whether there is work that depends on time: a decision in progress, or a decided block that is missing here.
    pub fn is_active(&self) -> bool {
        self.voting.is_active()
    }

    /// The view of the height in progress: how many leaders in turn did not bring it to an end.
    pub fn view(&self) -> View {
        self.voting.view()
    }

    /// Whether this replica lacks at most `behind_max` of the blocks that the committee is known to have.
    pub fn is_caught_up(&self, behind_max: u64) -> bool {
        self.known_height().is_some_and(|known| self.tip_height().0.saturating_add(behind_max) >= known.0)
    }

    /// The height that the committee is known to have reached: the highest that members with more than a third of the
    /// weight claim, or this replica's own when that is higher. `None` while too few members sent their height.
    pub fn known_height(&self) -> Option<Height> {
        let (committee, at) = (self.voting.committee(), self.clock.moment());
        self.peers.known_height(&LocalPosition { committee, tip: self.tip_height(), at })
    }

    /// The greatest height that any peer claims, which may be false; `None` before the first claim.
    pub fn claimed_height(&self) -> Option<Height> {
        self.peers.claims().values().max().copied()
    }

    /// The present memory use.
    pub fn load(&self) -> Load {
        Load {
            waiting: self.mempool.len(),
            bodies: self.bodies.len(),
            early_bytes: self.voting.early_bytes(),
            named_bytes: self.bodies.named_bytes(),
            incoming: self.peers.incoming(),
        }
    }

    /// The height that this replica takes part in deciding; `None` when it does not.
    pub fn deciding(&self) -> Option<Height> {
        let simplex = self.voting.simplex().filter(|simplex| !simplex.is_decided() && !self.ledger.is_writing());
        simplex.map(Simplex::height)
    }

    /// The last final block's header and certificate.
    pub const fn tip(&self) -> Option<&(BlockHeader, Certificate)> {
        self.ledger.tip().block()
    }

    /// The last final block's height; 0 before the first.
    pub(crate) fn tip_height(&self) -> Height {
        self.ledger.tip().height()
    }

    /// The height after the last final block.
    pub(crate) fn next_height(&self) -> Height {
        self.ledger.tip().next_height()
    }

    /// The shard's totals since genesis. They include a block that is being written.
    pub const fn totals(&self) -> Totals {
        self.ledger.totals()
    }

    /// The digest of the last final block.
    pub const fn tip_digest(&self) -> Digest {
        self.ledger.tip().digest()
    }

    /// Sets the clock that limits block building. With it, a slow machine proposes smaller blocks instead of late ones.
    pub fn time_building(&mut self, stopwatch: Stopwatch) {
        self.ledger.time_building(stopwatch);
    }

    /// The work of everything executed here so far, in units. A block that is executed twice counts twice.
    pub const fn executed_work(&self) -> u64 {
        self.ledger.executed_work()
    }

    /// From now on, certified write-sets are applied without execution as long as this replica has no vote.
    pub fn apply_write_sets(&mut self) {
        self.ledger.apply_write_sets();
    }

    /// The values of several keys after the last final block, without proof and without undoing a block that is being
    /// decided. `None` while a block is being written. `&mut` because the state caches what it reads.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn read(&mut self, keys: &[StateKey]) -> Result<Option<Vec<Option<Vec<u8>>>>, ReadFailure> {
        self.ledger.read(keys)
    }

    /// Proofs of several keys, present or absent, against the last final block's state root. `None` while a block is
    /// being written, because the state is then ahead of the tip. Undoes the block that is being decided and
    /// applies it again, once for any number of keys. So ask for many keys at once, and use [`Self::read`] where no
    /// proof is needed.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read. The replica must not be used after it.
    pub fn prove(&mut self, keys: &[StateKey]) -> Result<Option<Vec<StateProof>>, ReadFailure> {
        self.ledger.prove(keys)
    }

    /// A stream's head with its proof, as from [`Self::prove`].
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn prove_stream(
        &mut self,
        tenant: TenantId,
        subject: Subject,
    ) -> Result<Option<(Option<StreamHead>, StateProof)>, ReadFailure> {
        let proved = self.prove(&[StreamKey(tenant, subject).state_key()])?;
        let Some(proof) = proved.and_then(|mut proofs| proofs.pop()) else { return Ok(None) };
        let head = proof
            .value()
            .map(|value| codec::decode_own("a stream head", value).expect("the ledger wrote a valid stream head"));
        Ok(Some((head, proof)))
    }
}
