//! The registry of validators with a bond in the beacon [P14, bonds; P16, convictions]. Invariant: no two validators
//! share a key. Ids ascend and are never reused. Removed validators leave no entry.

use crate::{believability::Uptime, rejection::Rejection, servi::Servi};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Epoch, PublicKey, TenantId,
    beacon::{GroupElement, Registration, ValidatorId},
    limit,
};

/// A validator's intention, or a decision about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Standing {
    /// It keeps its seat or waits for one.
    Willing,
    /// It was inactive, or did not acknowledge a seat in time. [`chain_types::beacon::Command::Return`] ends this.
    Benched,
    /// It asked to leave.
    Leaving,
    /// It was convicted. It loses its seat, and the rest of its bond is released as if it had left.
    Jailed,
}

/// A validator's standing combined with whether it has a seat. A removed validator has no status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It waits for a seat.
    Candidate,
    /// It has a seat.
    Active,
    /// It will lose its seat, or waits for its bond.
    Leaving,
    /// It was inactive, or did not acknowledge a seat in time.
    Benched,
    /// It was convicted.
    Jailed,
}

impl Status {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Active => "active",
            Self::Leaving => "leaving",
            Self::Benched => "benched",
            Self::Jailed => "jailed",
        }
    }
}

/// A registered validator.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Validator {
    pub id: ValidatorId,
    /// The tenant that operates it.
    pub operator: TenantId,
    /// The key that it signs votes with.
    pub key: PublicKey,
    /// The key that authenticates its network connections.
    pub network_key: PublicKey,
    /// The public key that shares of the randomness are encrypted to.
    pub randomness_key: GroupElement,
    /// The bond in native units.
    pub bond: u64,
    pub standing: Standing,
    pub servi: Servi,
    /// The moving average of its uptime over past epochs.
    pub uptime: Uptime,
    /// The epoch in which it registered.
    pub registered: Epoch,
    /// The last epoch in which it had a seat.
    pub last_active: Option<Epoch>,
    /// The number of attendance blocks of this epoch that it signed.
    pub signed: u64,
    /// The number of inactive epochs in a row.
    pub inactive_epochs: u8,
}

impl Validator {
    /// Whether it may take a seat.
    pub fn may_sit(&self, bond_min: u64) -> bool {
        self.standing == Standing::Willing && self.bond >= bond_min
    }
}

/// All validators, by id.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Registry {
    next: u32,
    validators: Vec<Validator>,
}

impl Registry {
    /// All validators, ascending by id.
    pub fn validators(&self) -> &[Validator] {
        &self.validators
    }

    pub fn get(&self, id: ValidatorId) -> Option<&Validator> {
        let place = self.validators.binary_search_by_key(&id, |validator| validator.id).ok()?;
        self.validators.get(place)
    }

    pub(crate) fn get_mut(&mut self, id: ValidatorId) -> Option<&mut Validator> {
        let place = self.validators.binary_search_by_key(&id, |validator| validator.id).ok()?;
        self.validators.get_mut(place)
    }

    /// The validator with this voting key.
    pub fn by_key(&self, key: PublicKey) -> Option<&Validator> {
        self.validators.iter().find(|validator| validator.key == key)
    }

    pub(crate) fn by_key_mut(&mut self, key: PublicKey) -> Option<&mut Validator> {
        self.validators.iter_mut().find(|validator| validator.key == key)
    }

    /// The sum of all bonds in native units.
    pub fn bonds(&self) -> u128 {
        self.validators.iter().fold(0, |sum, validator| sum.saturating_add(u128::from(validator.bond)))
    }

    /// Adds a validator. The caller checks its bond and that it knows the secret of its randomness key.
    pub(crate) fn add(
        &mut self,
        operator: TenantId,
        registration: &Registration,
        registered: Epoch,
    ) -> Result<ValidatorId, Rejection> {
        if self.validators.len() >= limit::VALIDATORS_MAX {
            return Err(Rejection::RegistryFull);
        }
        let keys = [registration.key, registration.network_key];
        let taken = self.validators.iter().any(|other| {
            keys.contains(&other.key)
                || keys.contains(&other.network_key)
                || other.randomness_key == registration.randomness_key
        });
        if taken {
            return Err(Rejection::KeyTaken);
        }
        let id = ValidatorId(self.next);
        self.next = self.next.checked_add(1).ok_or(Rejection::RegistryFull)?;
        self.validators.push(Validator {
            id,
            operator,
            key: registration.key,
            network_key: registration.network_key,
            randomness_key: registration.randomness_key,
            bond: registration.bond,
            standing: Standing::Willing,
            servi: Servi::ZERO,
            uptime: Uptime::FULL,
            registered,
            last_active: None,
            signed: 0,
            inactive_epochs: 0,
        });
        Ok(id)
    }

    /// Removes and returns the validators that `is_gone` selects.
    pub(crate) fn remove(&mut self, is_gone: impl Fn(&Validator) -> bool) -> Vec<Validator> {
        let (gone, kept) = self.validators.drain(..).partition(is_gone);
        self.validators = kept;
        gone
    }
}
