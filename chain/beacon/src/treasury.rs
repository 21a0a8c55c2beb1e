//! Where the beacon's native units are [P16, P22]. Invariant: what came in is what the bonds, the debts to tenants, the
//! fund, the burned and the paid out add up to.

use crate::rejection::Error;
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::TenantId;
use std::collections::BTreeMap;

/// Everything but the bonds themselves, which stand in the registry. All amounts in native units.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Treasury {
    /// All that ever came in as bonds.
    pub deposited: u64,
    /// Released bonds and rewards that tenants have not taken yet.
    pub owed: BTreeMap<TenantId, u64>,
    /// For who was harmed by a slashed validator.
    pub fund: u64,
    /// What ceased to exist.
    pub burned: u64,
    /// What tenants took.
    pub withdrawn: u64,
}

impl Treasury {
    /// Takes a bond in. All bonds ever taken fit in a `u64`, as the supply does.
    pub(crate) fn deposit(&mut self, bond: u64) -> Result<(), Error> {
        self.deposited = self.deposited.checked_add(bond).ok_or(Error::BondTotal)?;
        Ok(())
    }

    /// Owes a tenant more; never over what was deposited, so it cannot overflow.
    pub(crate) fn owe(&mut self, tenant: TenantId, amount: u64) {
        if amount > 0 {
            let owed = self.owed.entry(tenant).or_default();
            *owed = owed.saturating_add(amount);
        }
    }

    /// Pays out.
    pub(crate) fn withdraw(&mut self, tenant: TenantId, amount: u64) -> Result<(), Error> {
        let owed = self.owed.get_mut(&tenant).ok_or(Error::NotOwed)?;
        let rest = owed.checked_sub(amount).filter(|_| amount > 0).ok_or(Error::NotOwed)?;
        *owed = rest;
        if rest == 0 {
            self.owed.remove(&tenant);
        }
        self.withdrawn = self.withdrawn.saturating_add(amount);
        Ok(())
    }

    /// All units outside the bonds, withdrawn and burned ones included.
    pub fn outside_bonds(&self) -> u128 {
        let owed = self.owed.values().fold(0_u128, |sum, amount| sum.saturating_add(u128::from(*amount)));
        [self.fund, self.burned, self.withdrawn]
            .iter()
            .fold(owed, |sum, amount| sum.saturating_add(u128::from(*amount)))
    }
}
