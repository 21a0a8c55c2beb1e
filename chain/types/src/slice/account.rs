//! Commands, events and state of the account slice: tenants and the keys that may sign for a tenant. Invariant: only
//! the chain's operator registers a tenant. Afterwards only the tenant's own authors add or remove authors.

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
    /// Allows another key to sign for the transaction's tenant.
    AddAuthor(AddAuthor),
    /// Revokes a key's right to sign. The last author cannot be removed.
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

/// The tenant to register.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RegisterTenant {
    pub tenant: TenantId,
    /// The tenant's first author.
    pub author: PublicKey,
    /// The number of partitions that its records are split into, at least 1 [P18, homes].
    pub partitions: u16,
}

/// The author to add to the transaction's tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct AddAuthor {
    pub author: PublicKey,
}

/// The author to remove from the transaction's tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RemoveAuthor {
    pub author: PublicKey,
}

/// Events of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A tenant was registered.
    TenantRegistered { tenant: TenantId },
    /// A key may sign from now on.
    AuthorAdded { author: PublicKey },
    /// A key may no longer sign.
    AuthorRemoved { author: PublicKey },
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
    /// The number of partitions that its records are split into.
    pub partitions: u16,
    /// The number of its authors.
    pub authors: u32,
}

/// An author in the ledger's state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Author {
    /// The height of the block that added the author. The author has been able to sign ever since: a removed author has
    /// no entry, and one that was added again has a later height.
    pub since: Height,
}
