//! What the law takes as given. Invariant: it follows from the genesis document and from the hand-overs that the chain
//! itself decided since.

use crate::genesis;
use chain_atomic::{Place, Trust};
use chain_beacon::BeaconState;
use chain_types::{
    ChainId, Epoch, Genesis, PublicKey, ShardId, TenantId, WorkParameters,
    beacon::HandOver,
    native::{self, Amount, SUPPLY},
    validator::ValidatorSet,
    version::{Outdated, Rules, Versions},
};
use std::sync::Arc;

/// The tenant in whose name the chain's operator acts, and its validators for the chain's own sake.
pub const OPERATOR_TENANT: TenantId = native::TREASURY;

/// The parameters of execution on one shard.
#[derive(Clone, Debug)]
pub struct Law {
    /// The chain.
    pub chain_id: ChainId,
    /// The shard.
    pub shard: ShardId,
    /// How many shards the chain has.
    pub shards: u16,
    /// The key that registers tenants.
    pub operator: PublicKey,
    /// What commands weigh, and how much a block may.
    pub work: WorkParameters,
    /// What of the supply the first validators did not bond.
    pub(crate) unbonded: Amount,
    /// The beacon before its first transaction; `None` for a chain without one.
    pub(crate) beacon: Option<Arc<BeaconState>>,
    /// Whose certificates prove what other shards did.
    trust: Trust,
    /// The versions that this program knows.
    versions: Versions,
    /// What the present epoch's version switches on.
    rules: &'static Rules,
}

impl Law {
    /// The law of a shard of a chain, in the epoch of its genesis.
    ///
    /// # Panics
    /// When [`Genesis::check`] or [`genesis::beacon`] refuses the document.
    pub fn of(document: &Genesis, shard: ShardId) -> Self {
        Self::knowing(Versions::KNOWN, document, shard)
    }

    /// The same for a program that knows other versions.
    ///
    /// # Panics
    /// As [`Self::of`], and when the document's version is not among them.
    pub fn knowing(versions: Versions, document: &Genesis, shard: ShardId) -> Self {
        let chain_id = document.chain_id();
        let beacon = genesis::beacon(document).expect("a chain starts from a checked document");
        let unbonded = document.bonded().and_then(|bonded| SUPPLY.checked_sub(bonded));
        Self {
            chain_id,
            shard,
            shards: document.shards,
            operator: document.operator,
            work: document.parameters.work,
            unbonded: unbonded.expect("a checked document's bonds are at most the supply"),
            beacon: beacon.map(Arc::new),
            trust: Trust::new(chain_id, document.hand_over()),
            versions,
            rules: versions.rules(document.version).expect("a chain starts from a checked document"),
        }
    }

    /// Moves on to the next epoch. Every validator of the shard calls it between the same two blocks, since receipts
    /// depend on it. An epoch that is not later changes nothing.
    ///
    /// # Errors
    /// [`Outdated`] when the epoch follows a version that this program does not know; the law stays as it was.
    pub fn enter_epoch(&mut self, next: HandOver) -> Result<(), Outdated> {
        if next.epoch() > self.epoch() {
            let epoch = next.epoch();
            self.rules = self.versions.rules(next.version).map_err(|unknown| Outdated { unknown, epoch })?;
            self.trust.enter(next);
        }
        Ok(())
    }

    /// What the present epoch's version switches on [P25].
    pub const fn rules(&self) -> &'static Rules {
        self.rules
    }

    /// The versions that this program knows.
    pub const fn versions(&self) -> Versions {
        self.versions
    }

    /// The present epoch.
    pub fn epoch(&self) -> Epoch {
        self.trust.epoch()
    }

    /// Who signs a shard in an epoch whose certificates still prove something across shards [P19].
    pub fn validator_set(&self, epoch: Epoch, shard: ShardId) -> Option<&ValidatorSet> {
        self.trust.validator_set(epoch, shard)
    }

    /// Whether a key is one of the present committee's.
    pub(crate) fn is_validator(&self, key: &PublicKey) -> bool {
        let committee = self.validator_set(self.epoch(), chain_types::atomic::BEACON_SHARD);
        committee.is_some_and(|set| set.validators.iter().any(|one| one.key == *key))
    }

    /// Where a step across shards is taken.
    pub(crate) const fn place(&self) -> Place<'_> {
        Place { trust: &self.trust, shard: self.shard, shards: self.shards }
    }
}
