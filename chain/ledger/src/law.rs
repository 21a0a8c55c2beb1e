//! The inputs of execution that no transaction carries: chain, shard, operator, weights, epoch and its rules.
//! Invariant: every input follows from the genesis document, the decided hand-overs and this program's known versions.
//! Only [`Law::enter_epoch`] changes the epoch.

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

/// The tenant that the operator acts as. Validators use it too, for beacon commands.
pub const OPERATOR_TENANT: TenantId = native::TREASURY;

/// The inputs of execution on one shard that no transaction carries.
#[derive(Clone, Debug)]
pub struct Law {
    pub chain_id: ChainId,
    pub shard: ShardId,
    /// The number of shards of the chain.
    pub shards: u16,
    pub operator: PublicKey,
    /// The weights of commands and the most that a block may weigh.
    pub work: WorkParameters,
    /// The supply minus the bonds of the first validators.
    pub(crate) unbonded: Amount,
    /// The beacon at genesis; `None` for a chain without one.
    pub(crate) beacon: Option<Arc<BeaconState>>,
    /// The validators whose certificates prove the state of other shards.
    trust: Trust,
    /// The protocol versions that this program knows.
    versions: Versions,
    /// The rules of the present epoch's version.
    rules: &'static Rules,
}

impl Law {
    /// The inputs of execution for a shard, in the epoch of the genesis document.
    ///
    /// # Panics
    /// When [`Genesis::check`] or [`genesis::beacon`] refuses the document.
    pub fn of(document: &Genesis, shard: ShardId) -> Self {
        Self::knowing(Versions::KNOWN, document, shard)
    }

    /// As [`Self::of`], for a program that knows other versions.
    ///
    /// # Panics
    /// As [`Self::of`], and when the document's version is not among them.
    pub fn knowing(versions: Versions, document: &Genesis, shard: ShardId) -> Self {
        let chain_id = document.chain_id();
        let beacon = genesis::beacon(document).expect("the caller checked the genesis document");
        let unbonded = document.bonded().and_then(|bonded| SUPPLY.checked_sub(bonded));
        Self {
            chain_id,
            shard,
            shards: document.shards,
            operator: document.operator,
            work: document.parameters.work,
            unbonded: unbonded.expect("bonds of a checked document do not exceed the supply"),
            beacon: beacon.map(Arc::new),
            trust: Trust::new(chain_id, document.hand_over()),
            versions,
            rules: versions.rules(document.version).expect("the caller checked the genesis document"),
        }
    }

    /// Enters the next epoch. Every validator of the shard calls this between the same two blocks, because receipts
    /// depend on it. An epoch that is not later changes nothing.
    ///
    /// # Errors
    /// [`Outdated`] when the epoch follows a version that this program does not know. `self` is then unchanged.
    pub fn enter_epoch(&mut self, next: HandOver) -> Result<(), Outdated> {
        if next.epoch() > self.epoch() {
            let epoch = next.epoch();
            self.rules = self.versions.rules(next.version).map_err(|unknown| Outdated { unknown, epoch })?;
            self.trust.enter(next);
        }
        Ok(())
    }

    /// The rules that the present epoch's version switches on [P25, versions].
    pub const fn rules(&self) -> &'static Rules {
        self.rules
    }

    pub const fn versions(&self) -> Versions {
        self.versions
    }

    pub fn epoch(&self) -> Epoch {
        self.trust.epoch()
    }

    /// The validators of a shard in an epoch; `None` when certificates of that epoch no longer prove anything across
    /// shards [P19].
    pub fn validator_set(&self, epoch: Epoch, shard: ShardId) -> Option<&ValidatorSet> {
        self.trust.validator_set(epoch, shard)
    }

    /// Whether a key belongs to the present committee.
    pub(crate) fn is_validator(&self, key: &PublicKey) -> bool {
        let committee = self.validator_set(self.epoch(), chain_types::atomic::BEACON_SHARD);
        committee.is_some_and(|set| set.validators.iter().any(|one| one.key == *key))
    }

    /// The view of this shard that `chain-atomic` decides by.
    pub(crate) const fn place(&self) -> Place<'_> {
        Place { trust: &self.trust, shard: self.shard, shards: self.shards }
    }
}
