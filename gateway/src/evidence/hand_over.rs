//! Collects the hand-overs by which a verifier gets from the genesis document to the validators of a bundle's blocks
//! [P19]. Invariant: only hand-overs that changed the validators or the protocol version are kept and shown. They never
//! change, so each is read once.

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

/// The number of epochs that one read asks for.
const EPOCHS_PER_QUESTION: u64 = 64;

/// The changes of validators and protocol version, read as far as they were needed.
pub struct HandOvers {
    first: HandOver,
    read: Mutex<Progress>,
}

/// The state of reading, epoch by epoch.
struct Progress {
    last: Epoch,
    /// The protocol version of the epoch `last`.
    version: ProtocolVersion,
    /// The committee of the epoch `last`.
    validators: Vec<Validator>,
    changes: Vec<Arc<HandOverProof>>,
}

impl HandOvers {
    /// Starts with the validators and the protocol version of the genesis document.
    pub fn of(genesis: &Genesis) -> Self {
        let first = genesis.hand_over();
        let (last, validators) = (first.epoch(), first.committee.validators.clone());
        let read = Progress { last, version: first.version, validators, changes: Vec::new() };
        Self { first, read: Mutex::new(read) }
    }

    /// Adds the hand-overs that a bundle's blocks need. If there are more than one bundle may hold, it gets the newest.
    ///
    /// # Errors
    /// `ledger.index_behind` when this node's beacon shard has not reached the epoch of a block.
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
            // The committee is the same, but other signers were drawn for this shard.
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
            read.advance(node, epoch).await?;
        }
        let before = read.changes.partition_point(|proof| proof.hand_over.epoch() <= epoch);
        Ok(read.changes.get(..before).unwrap_or_default().to_vec())
    }
}

impl Progress {
    /// Reads the next epochs, at most up to `until`. If the caller is cancelled, the epochs read so far are kept.
    async fn advance(&mut self, node: &NodeHandle, until: Epoch) -> Result<(), ApiError> {
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

/// Shards progress independently: the beacon shard may be behind the shard that holds the record.
fn behind() -> ApiError {
    let detail = "This node has not seen the record's epoch begin; nothing is lost, ask again in a moment.";
    ApiError::new(&code::INDEX_BEHIND, detail).retry_after_s(1)
}
