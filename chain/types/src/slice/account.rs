//! Words of the account slice: tenants and the keys that may sign for them. Invariant: only the chain's operator
//! registers a tenant; after that, only the tenant's own authors change its authors.

mod key;

pub use key::{AuthorKey, Key, TenantKey};

use crate::{
    id::{Height, TenantId},
    signature::PublicKey,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// Commands of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Command {
    /// Registers a tenant on the shard that executes it. Signed by the operator.
    RegisterTenant(RegisterTenant),
    /// Lets another key sign for the transaction's tenant.
    AddAuthor(AddAuthor),
    /// Takes a key's right to sign away; the last author cannot be removed.
    RemoveAuthor(RemoveAuthor),
}

impl Command {
    /// The command's stable name, `slice.verb_noun`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RegisterTenant(_) => "account.register_tenant",
            Self::AddAuthor(_) => "account.add_author",
            Self::RemoveAuthor(_) => "account.remove_author",
        }
    }
}

/// A new tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RegisterTenant {
    /// Its id.
    pub tenant: TenantId,
    /// Its first author.
    pub author: PublicKey,
    /// The number of partitions that its records are split into, from 1 [P18].
    pub partitions: u16,
}

/// A new author of the transaction's tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct AddAuthor {
    /// The author's key.
    pub author: PublicKey,
}

/// An author that the transaction's tenant removes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RemoveAuthor {
    /// The author's key.
    pub author: PublicKey,
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

impl Event {
    /// The event's stable name, `slice.past_tense`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TenantRegistered { .. } => "account.tenant_registered",
            Self::AuthorAdded { .. } => "account.author_added",
            Self::AuthorRemoved { .. } => "account.author_removed",
        }
    }
}

/// A tenant in the ledger's state.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Tenant {
    /// Into how many partitions its records are split.
    pub partitions: u16,
    /// How many authors it has.
    pub authors: u32,
}

/// An author in the ledger's state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Author {
    /// The height of the block that let it sign: since then it may sign without a break, or it would be absent or added
    /// again later.
    pub since: Height,
}
