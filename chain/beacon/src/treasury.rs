//! The beacon's accounts of native units outside bonds [P16, convictions; P22, constant supply]. Invariant: after every
//! command, bonds, debts, fund, burned and withdrawn units sum to the deposits. The caller of `owe`, `compensate` and
//! `burn` takes the same amount from a bond.

use crate::rejection::Rejection;
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::TenantId;
use std::collections::BTreeMap;

/// All units except the bonds, which the registry holds. All amounts are in native units.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Treasury {
    /// The sum of all bonds ever deposited.
    pub deposited: u64,
    /// Released bonds and rewards that tenants have not withdrawn yet.
    pub owed: BTreeMap<TenantId, u64>,
    /// The compensation fund for parties harmed by slashed validators.
    pub fund: u64,
    /// The units destroyed.
    pub burned: u64,
    /// The units that tenants withdrew.
    pub withdrawn: u64,
}

impl Treasury {
    /// Deposits a bond. The sum of all bonds ever deposited fits in a `u64`, as the supply does.
    pub(crate) fn deposit(&mut self, bond: u64) -> Result<(), Rejection> {
        self.deposited = self.deposited.checked_add(bond).ok_or(Rejection::BondTotal)?;
        Ok(())
    }

    /// Adds to a debt to a tenant.
    pub(crate) fn owe(&mut self, tenant: TenantId, amount: u64) {
        if amount > 0 {
            let owed = self.owed.entry(tenant).or_default();
            *owed = owed.checked_add(amount).expect("debts do not exceed the deposits");
        }
    }

    /// Adds a part of a slashed bond to the fund.
    pub(crate) fn compensate(&mut self, amount: u64) {
        self.fund = self.fund.checked_add(amount).expect("the fund does not exceed the deposits");
    }

    /// Destroys a part of a slashed bond.
    pub(crate) fn burn(&mut self, amount: u64) {
        self.burned = self.burned.checked_add(amount).expect("burned units do not exceed the deposits");
    }

    /// Pays a part of a debt out.
    pub(crate) fn withdraw(&mut self, tenant: TenantId, amount: u64) -> Result<(), Rejection> {
        let owed = self.owed.get_mut(&tenant).ok_or(Rejection::NotOwed)?;
        let rest = owed.checked_sub(amount).filter(|_| amount > 0).ok_or(Rejection::NotOwed)?;
        *owed = rest;
        if rest == 0 {
            self.owed.remove(&tenant);
        }
        self.withdrawn = self.withdrawn.checked_add(amount).expect("withdrawn units do not exceed the deposits");
        Ok(())
    }

    /// The sum of all units outside bonds, including withdrawn and burned ones.
    pub fn outside_bonds(&self) -> u128 {
        self.owed.values().chain([&self.fund, &self.burned, &self.withdrawn]).map(|amount| u128::from(*amount)).sum()
    }
}
