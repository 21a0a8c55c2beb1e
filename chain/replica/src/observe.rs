//! What others may read of a replica. Invariant: reading changes nothing.

use crate::{Replica, Stopwatch, Totals, peers::Here};
use chain_consensus::Simplex;
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    BlockHeader, Certificate, Digest, Height, StreamHead, Subject, TenantId, codec,
    state::{StateKey, StateProof, StreamKey, TypedKey},
};

/// How much a replica keeps, in numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Load {
    /// Pending transactions.
    pub waiting: usize,
    /// Blocks that are not final yet, whole or by name.
    pub bodies: usize,
    /// Bytes of messages of the next height.
    pub early_bytes: usize,
    /// Bytes of the lists of transactions of blocks that are known by name.
    pub named_bytes: usize,
    /// Final blocks from a peer that are not applied yet.
    pub incoming: usize,
}

impl<R: LeafReader> Replica<R> {
    /// How many transactions are pending.
    pub fn waiting(&self) -> usize {
        self.mempool.len()
    }

    /// Whether time may move something on: a decision, or a decided block that is missing.
    pub fn is_active(&self) -> bool {
        self.voting.is_active()
    }

    /// Whether this replica has all blocks that the committee is known to have, but for `behind_max`.
    pub fn is_caught_up(&self, behind_max: u64) -> bool {
        self.known_height().is_some_and(|known| self.tip_height().0.saturating_add(behind_max) >= known.0)
    }

    /// The height that the committee is known to have reached: the highest that members with more than a third of the
    /// weight claim, or this replica's own when that is higher. `None` while too few were heard.
    pub fn known_height(&self) -> Option<Height> {
        let (committee, at) = (self.voting.committee(), self.clock.at());
        self.peers.known_height(&Here { committee, tip: self.tip_height(), at })
    }

    /// The greatest height that any peer claims; `None` when none is heard. It may be a lie.
    pub fn claimed_height(&self) -> Option<Height> {
        self.peers.claims().values().max().copied()
    }

    /// How much it keeps for others and for later.
    pub fn load(&self) -> Load {
        Load {
            waiting: self.mempool.len(),
            bodies: self.bodies.len(),
            early_bytes: self.voting.early_bytes(),
            named_bytes: self.bodies.named_bytes(),
            incoming: self.peers.incoming(),
        }
    }

    /// The height that this replica takes part in deciding at the moment.
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

    /// The shard's totals.
    pub const fn totals(&self) -> Totals {
        self.ledger.totals()
    }

    /// The digest of the last final block.
    pub const fn tip_digest(&self) -> Digest {
        self.ledger.tip().digest()
    }

    /// Lets this replica measure its building, so that a slow machine proposes smaller blocks instead of late ones.
    pub fn time_building(&mut self, stopwatch: Stopwatch) {
        self.ledger.time_building(stopwatch);
    }

    /// The work of all that was executed here so far, in units. A block that is executed twice counts twice.
    pub const fn executed_work(&self) -> u64 {
        self.ledger.executed_work()
    }

    /// Lets this replica apply write-sets that a quorum certified, as long as it has no vote itself.
    pub fn apply_write_sets(&mut self) {
        self.ledger.apply_write_sets();
    }

    /// The values of several keys after the last final block, without proof and without disturbing a block that is
    /// being decided. While a block is being written the answer is `None`.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn read(&mut self, keys: &[StateKey]) -> Result<Option<Vec<Option<Vec<u8>>>>, ReadFailure> {
        self.ledger.read(keys)
    }

    /// Proofs of several keys, present or absent, against the last final block's state root. While a block is being
    /// written the state is ahead of the tip, and the answer is `None`. Costs up to two applications of the block that
    /// is being decided, however many the keys: ask for many at once, and use [`Self::read`] where no proof is needed.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn prove(&mut self, keys: &[StateKey]) -> Result<Option<Vec<StateProof>>, ReadFailure> {
        self.ledger.prove(keys)
    }

    /// A stream's head with its proof, as [`Self::prove`] gives it.
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
            .map(|value| codec::decode_own("a stream head", value).expect("the state holds what the law wrote"));
        Ok(Some((head, proof)))
    }
}
