//! Who a request counts for. Invariant: a caller without credentials never counts for a tenant.

use crate::{auth::credential::Mode, client_address::ClientAddress, tenant_id::TenantId};

/// A member of a group. Budgets are divided among groups first, then among the members of a group.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Sharer {
    pub group: Group,
    pub member: Member,
}

/// A group: what weighs as one tenant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Group {
    /// One tenant in production.
    Tenant(TenantId),
    /// All tenants in test mode. Anybody may create them where sandboxes are open, so they weigh as one.
    Sandboxes,
    /// All callers without credentials.
    Public,
    /// The services of this deployment.
    Service,
}

/// A kind of groups with the same limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A tenant in production, or a service.
    Tenant,
    Sandboxes,
    Public,
}

impl Group {
    /// The kind of this group.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Tenant(_) | Self::Service => Kind::Tenant,
            Self::Sandboxes => Kind::Sandboxes,
            Self::Public => Kind::Public,
        }
    }
}

/// A member of a group.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Member {
    Tenant(TenantId),
    Address(ClientAddress),
    Service,
}

impl Sharer {
    /// The services of this deployment, such as an indexer that follows the blocks.
    pub const SERVICE: Self = Self { group: Group::Service, member: Member::Service };

    /// A tenant; in test mode it is one of the sandboxes.
    pub fn tenant(tenant: TenantId, mode: Mode) -> Self {
        let group = match mode {
            Mode::Live => Group::Tenant(tenant),
            Mode::Test => Group::Sandboxes,
        };
        Self { group, member: Member::Tenant(tenant) }
    }

    /// A caller without credentials, or one whose credentials are not checked yet.
    pub fn public(address: ClientAddress) -> Self {
        Self { group: Group::Public, member: Member::Address(address) }
    }
}
