//! What others may see of a replica. Invariant: looking changes nothing.

use crate::{Replica, Totals, body::Body};
use chain_consensus::Simplex;
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    BlockHeader, Certificate, Digest, Height, StreamHead, Subject, TenantId, codec,
    state::{StateKey, StateProof, StreamKey, TypedKey},
};

/// How much a replica keeps, in numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Load {
    /// Transactions that wait.
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
    /// How many transactions wait for a block.
    pub fn waiting(&self) -> usize {
        self.mempool.len()
    }

    /// Whether something is under way that time may move on: a decision, or blocks to catch up with.
    pub fn is_active(&self) -> bool {
        self.simplex.as_ref().is_some_and(Simplex::is_active) || self.undelivered.is_some()
    }

    /// Whether this replica has what the committee is known to have, but for so many blocks.
    pub fn is_caught_up(&self, behind_max: u64) -> bool {
        self.known_height().is_some_and(|known| self.tip_height().0.saturating_add(behind_max) >= known.0)
    }

    /// The greatest height that anybody claims; `None` when nobody is heard. It may be a lie.
    pub fn claimed_height(&self) -> Option<Height> {
        self.peers.heights.values().max().copied()
    }

    /// How much it keeps for others and for later.
    pub fn load(&self) -> Load {
        let named = self.bodies.values().map(|body| match body {
            Body::Named { ids, .. } => std::mem::size_of_val(ids.as_slice()),
            Body::Whole(_) => 0,
        });
        Load {
            waiting: self.mempool.len(),
            bodies: self.bodies.len(),
            early_bytes: self.early.bytes(),
            named_bytes: named.fold(0, usize::saturating_add),
            incoming: self.incoming.len(),
        }
    }

    /// The height that this replica takes part in deciding at the moment.
    pub fn deciding(&self) -> Option<Height> {
        let simplex = self.simplex.as_ref().filter(|simplex| !simplex.is_decided() && self.writing.is_none());
        simplex.map(Simplex::height)
    }

    /// The last final block's header and certificate.
    pub const fn tip(&self) -> Option<&(BlockHeader, Certificate)> {
        self.tip.as_ref()
    }

    /// The shard's totals.
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// The digest of the last final block.
    pub const fn tip_digest(&self) -> Digest {
        self.tip_digest
    }

    /// The values of several keys after the last final block, without proof and without disturbing a block that is being
    /// decided. While a block is being written the answer is `None`.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn read(&mut self, keys: &[StateKey]) -> Result<Option<Vec<Option<Vec<u8>>>>, ReadFailure> {
        if self.writing.is_some() {
            return Ok(None);
        }
        let mut values = Vec::with_capacity(keys.len());
        for path in keys.iter().map(StateKey::path) {
            // What a block that is not final yet changed, its undo still knows.
            let changed = self.applied.as_ref().and_then(|applied| {
                applied.undo.binary_search_by(|write| write.path.cmp(&path)).ok().and_then(|at| applied.undo.get(at))
            });
            values.push(match changed {
                Some(before) => before.value.as_ref().map(|value| value.to_vec()),
                None => self.state.get(&path)?.map(<[u8]>::to_vec),
            });
        }
        Ok(Some(values))
    }

    /// Proofs of several keys, present or absent, against the last final block's state root. While a block is being
    /// written the state is ahead of the tip, and the answer is `None`. Costs up to two applications of the block that is
    /// being decided, however many the keys: ask for many at once, and use [`Self::read`] where no proof is needed.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn prove(&mut self, keys: &[StateKey]) -> Result<Option<Vec<StateProof>>, ReadFailure> {
        if self.writing.is_some() {
            return Ok(None);
        }
        if keys.is_empty() {
            return Ok(Some(Vec::new()));
        }
        // A block that is not final yet steps aside for the proofs.
        let again = match &mut self.applied {
            Some(applied) => Some(self.state.apply(std::mem::take(&mut applied.undo))?),
            None => None,
        };
        let proofs = keys.iter().map(|key| self.state.prove(&key.path())).collect::<Result<_, _>>()?;
        if let (Some(applied), Some(again)) = (&mut self.applied, again) {
            applied.undo = self.state.apply(again)?;
        }
        Ok(Some(proofs))
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
