//! Tracks the balances of tenants by shard. Invariant: a balance never goes below zero. At genesis the treasury holds
//! all units that are not bonded.

use super::Fault;
use chain_types::{
    ShardId, TenantId,
    native::{Amount, SUPPLY, TREASURY, TREASURY_SHARD},
};
use std::collections::BTreeMap;

/// The balance of each tenant on each shard; zero when absent.
#[derive(Clone, Debug, Default)]
pub(super) struct Holding(BTreeMap<(ShardId, TenantId), Amount>);

impl Holding {
    /// The balances at genesis, after the bonds of the first validators.
    pub(super) fn genesis(bonds: Amount) -> Self {
        let rest = SUPPLY.checked_sub(bonds).unwrap_or_default();
        Self(BTreeMap::from([((TREASURY_SHARD, TREASURY), rest)]))
    }

    pub(super) fn balance(&self, shard: ShardId, tenant: TenantId) -> Amount {
        self.0.get(&(shard, tenant)).copied().unwrap_or_default()
    }

    pub(super) fn take(&mut self, shard: ShardId, tenant: TenantId, amount: Amount) -> Result<(), Fault> {
        let slot = self.0.entry((shard, tenant)).or_default();
        *slot = slot.checked_sub(amount).ok_or(Fault::Balance)?;
        Ok(())
    }

    pub(super) fn give(&mut self, shard: ShardId, tenant: TenantId, amount: Amount) -> Result<(), Fault> {
        let slot = self.0.entry((shard, tenant)).or_default();
        *slot = slot.checked_add(amount).ok_or(Fault::Balance)?;
        Ok(())
    }

    pub(super) fn sum(&self) -> u128 {
        self.0.values().map(|amount| u128::from(amount.0)).sum()
    }
}
