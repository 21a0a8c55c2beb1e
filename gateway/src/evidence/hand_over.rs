//! The hand-overs that lead a verifier from the genesis document to the validators of a bundle's blocks [P19].
//! Invariant: only those are kept and shown at which the validators or the protocol changed; what was read once is not
//! read again, since a hand-over never changes.

use crate::error::{ApiError, code};
use chain_node::NodeHandle;
use chain_proof::Bundle;
use chain_types::{
    Epoch, Genesis, ProtocolVersion,
    atomic::BEACON_SHARD,
    beacon::{HandOver, HandOverKey, HandOverProof},
    codec,
    state::TypedKey,
    validator::{Validator, ValidatorSet},
};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Epochs that are asked for at once.
const EPOCHS_PER_QUESTION: u64 = 64;

/// Every change of validators and protocol that was needed so far.
pub struct HandOvers {
    first: HandOver,
    read: Mutex<Read>,
}

/// What was read, epoch by epoch.
struct Read {
    last: Epoch,
    /// What that epoch follows.
    version: ProtocolVersion,
    /// Who validates in it.
    validators: Vec<Validator>,
    changes: Vec<Arc<HandOverProof>>,
}

impl HandOvers {
    /// Knows the validators and the protocol of the genesis document.
    pub fn of(genesis: &Genesis) -> Self {
        let first = genesis.hand_over();
        let (last, validators) = (first.epoch(), first.committee.validators.clone());
        let read = Read { last, version: first.version, validators, changes: Vec::new() };
        Self { first, read: Mutex::new(read) }
    }

    /// Adds the hand-overs that a bundle's blocks need; when there are more than one bundle may hold, the newest.
    ///
    /// # Errors
    /// `ledger.index_behind` when this node's beacon shard has not come to the epoch of a block.
    pub async fn complete(&self, node: &NodeHandle, bundle: Bundle) -> Result<Bundle, ApiError> {
        let mut headers: Vec<_> = bundle.certified_headers().collect();
        headers.sort_unstable_by_key(|header| header.epoch);
        let Some(last) = headers.last().map(|header| header.epoch) else { return Ok(bundle) };
        let mut needed = self.changes(node, last).await?;
        for header in headers {
            let at = needed.partition_point(|proof| proof.hand_over.epoch() <= header.epoch);
            let known = at.checked_sub(1).and_then(|at| needed.get(at)).map_or(&self.first, |proof| &proof.hand_over);
            let validators = known.validators(header.shard).validators.clone();
            let set = ValidatorSet { epoch: header.epoch, validators };
            // The same committee, but other signers were drawn for this shard.
            if set.digest() != header.validator_set_hash {
                let drawn = node.hand_over(header.epoch).await.ok_or_else(behind)?;
                needed.insert(at, Arc::new(drawn));
            }
        }
        bundle.with_hand_overs(needed.iter().map(|proof| &**proof)).map_err(|error| ApiError::internal(&error))
    }

    /// The proofs of all changes up to an epoch.
    async fn changes(&self, node: &NodeHandle, epoch: Epoch) -> Result<Vec<Arc<HandOverProof>>, ApiError> {
        let mut read = self.read.lock().await;
        while read.last < epoch {
            read.go_on(node, epoch).await?;
        }
        let before = read.changes.partition_point(|proof| proof.hand_over.epoch() <= epoch);
        Ok(read.changes.get(..before).unwrap_or_default().to_vec())
    }
}

impl Read {
    /// Reads the next epochs, as far as `until`. A caller that goes away leaves what was read.
    async fn go_on(&mut self, node: &NodeHandle, until: Epoch) -> Result<(), ApiError> {
        let from = self.last.0.saturating_add(1);
        let to = until.0.min(self.last.0.saturating_add(EPOCHS_PER_QUESTION));
        let keys = (from..=to).map(|epoch| HandOverKey(Epoch(epoch)).state_key()).collect();
        let values = node.read(BEACON_SHARD, keys).await.map_err(|error| ApiError::internal(&error))?;
        for value in values {
            let decided: HandOver = codec::decode_own("a hand-over", &value.ok_or_else(behind)?)
                .map_err(|error| ApiError::internal(&error))?;
            if decided.committee.validators != self.validators || decided.version != self.version {
                let proof = node.hand_over(decided.epoch()).await.ok_or_else(behind)?;
                self.changes.push(Arc::new(proof));
            }
            (self.last, self.version) = (decided.epoch(), decided.version);
            self.validators = decided.committee.validators;
        }
        Ok(())
    }
}

/// Shards run apart: the beacon's may be behind the one that holds the record.
fn behind() -> ApiError {
    let detail = "This node has not seen the record's epoch begin; nothing is lost, ask again in a moment.";
    ApiError::new(&code::INDEX_BEHIND, detail).retry_after_s(1)
}
