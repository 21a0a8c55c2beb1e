//! Collects the hand-overs that lead a verifier from genesis to a bundle's validators [P19, change of committees].
//! Invariant: only hand-overs that change the committee or the protocol version are kept in memory. The hand-over of
//! each epoch is decoded once to find the changes.

use crate::{
    error::{ApiError, code},
    ledger::unreadable,
};
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

/// The maximum number of epochs in one read of the beacon's state.
const EPOCHS_PER_READ_MAX: u64 = 64;

/// The changes of committee and protocol version, read up to the newest epoch that a bundle needed.
pub struct HandOvers {
    first: HandOver,
    progress: Mutex<Progress>,
}

/// The changes found so far, and the state of the last epoch that was read.
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
        let progress = Progress { last, version: first.version, validators, changes: Vec::new() };
        Self { first, progress: Mutex::new(progress) }
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
            let position = needed.partition_point(|proof| proof.hand_over.epoch() <= header.epoch);
            let previous = position.checked_sub(1).and_then(|index| needed.get(index));
            let known = previous.map_or(&self.first, |proof| &proof.hand_over);
            let validators = known.validators(header.shard).validators.clone();
            let set = ValidatorSet { epoch: header.epoch, validators };
            // The committee is the same, but other signers were drawn for this shard.
            if set.digest() != header.validator_set_hash {
                let hand_over = node.hand_over(header.epoch).await.ok_or_else(behind)?;
                needed.insert(position, Arc::new(hand_over));
            }
        }
        bundle.with_hand_overs(needed.iter().map(|proof| &**proof)).map_err(|error| ApiError::internal(&error))
    }

    /// The proofs of all changes up to an epoch.
    async fn changes(&self, node: &NodeHandle, epoch: Epoch) -> Result<Vec<Arc<HandOverProof>>, ApiError> {
        let mut progress = self.progress.lock().await;
        while progress.last < epoch {
            progress.advance(node, epoch).await?;
        }
        let count = progress.changes.partition_point(|proof| proof.hand_over.epoch() <= epoch);
        Ok(progress.changes.get(..count).unwrap_or_default().to_vec())
    }
}

impl Progress {
    /// Reads the next epochs, at most up to `until`. If the caller is cancelled, the epochs read so far are kept.
    async fn advance(&mut self, node: &NodeHandle, until: Epoch) -> Result<(), ApiError> {
        let from = self.last.0.saturating_add(1);
        let to = until.0.min(self.last.0.saturating_add(EPOCHS_PER_READ_MAX));
        let keys = (from..=to).map(|epoch| HandOverKey(Epoch(epoch)).state_key()).collect();
        let values = node.read(BEACON_SHARD, keys).await.map_err(|error| unreadable(&error))?;
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
