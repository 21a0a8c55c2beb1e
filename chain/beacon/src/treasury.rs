//! Where the beacon's native units are [P16, P22]. Invariant: what came in is what the bonds, the debts to tenants, the
//! fund, the burned and the paid out add up to.

use crate::rejection::Rejection;
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
    pub(crate) fn deposit(&mut self, bond: u64) -> Result<(), Rejection> {
        self.deposited = self.deposited.checked_add(bond).ok_or(Rejection::BondTotal)?;
        Ok(())
    }

    /// Owes a tenant more.
    pub(crate) fn owe(&mut self, tenant: TenantId, amount: u64) {
        if amount > 0 {
            let owed = self.owed.entry(tenant).or_default();
            *owed = owed.checked_add(amount).expect("no more is owed than was deposited");
        }
    }

    /// Adds a part of a slashed bond to the fund.
    pub(crate) fn compensate(&mut self, amount: u64) {
        self.fund = self.fund.checked_add(amount).expect("the fund holds no more than was deposited");
    }

    /// Destroys a part of a slashed bond.
    pub(crate) fn burn(&mut self, amount: u64) {
        self.burned = self.burned.checked_add(amount).expect("no more is burned than was deposited");
    }

    /// Pays out.
    pub(crate) fn withdraw(&mut self, tenant: TenantId, amount: u64) -> Result<(), Rejection> {
        let owed = self.owed.get_mut(&tenant).ok_or(Rejection::NotOwed)?;
        let rest = owed.checked_sub(amount).filter(|_| amount > 0).ok_or(Rejection::NotOwed)?;
        *owed = rest;
        if rest == 0 {
            self.owed.remove(&tenant);
        }
        self.withdrawn = self.withdrawn.checked_add(amount).expect("no more is withdrawn than was deposited");
        Ok(())
    }

    /// All units outside the bonds, withdrawn and burned ones included.
    pub fn outside_bonds(&self) -> u128 {
        self.owed.values().chain([&self.fund, &self.burned, &self.withdrawn]).map(|amount| u128::from(*amount)).sum()
    }
}
