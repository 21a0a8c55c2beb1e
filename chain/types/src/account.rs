//! Words of the account slice: tenants and the keys that may sign for them. Invariant: only the chain's operator
//! registers a tenant; after that, only the tenant's own authors change its authors.

use crate::{id::TenantId, signature::PublicKey};
use borsh::{BorshDeserialize, BorshSerialize};

/// Commands of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Operation {
    /// Registers a tenant on the shard that executes it. Signed by the operator.
    RegisterTenant {
        /// The new tenant.
        tenant: TenantId,
        /// Its first author.
        author: PublicKey,
        /// Into how many partitions its records are split, from 1 [P18].
        partitions: u16,
    },
    /// Lets another key sign for the transaction's tenant.
    AddAuthor {
        /// The new author.
        author: PublicKey,
    },
    /// Takes a key's right to sign away; the last author cannot be removed.
    RemoveAuthor {
        /// The author to remove.
        author: PublicKey,
    },
}

/// Events of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A tenant exists from here on.
    TenantRegistered {
        /// Which.
        tenant: TenantId,
    },
    /// A key may sign.
    AuthorAdded {
        /// Which.
        author: PublicKey,
    },
    /// A key may sign no longer.
    AuthorRemoved {
        /// Which.
        author: PublicKey,
    },
}

/// A tenant in the ledger's state.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Tenant {
    /// Into how many partitions its records are split.
    pub partitions: u16,
    /// How many authors it has.
    pub authors: u32,
}
