//! Roles of members and the scopes that they allow. Invariant: no role holds a scope of the operator. The scopes of
//! each role are a subset of the owner's.

use super::scope::{Scope, ScopeSet};
use serde::{Deserialize, Serialize};

/// The role of a member in a tenant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Has every scope of the tenant. Only an owner can create other owners.
    Owner,
    /// Has every scope of the tenant except creating owners.
    Admin,
    /// Reads and writes records.
    Operator,
    /// Reads records, evidence, members and API keys.
    Auditor,
    /// Reads records.
    Viewer,
}

impl Role {
    /// All roles, from the most to the least powerful.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Admin, Self::Operator, Self::Auditor, Self::Viewer];

    /// The name in requests and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
            Self::Viewer => "viewer",
        }
    }

    /// The role of a stored name; `None` for a role of a later version.
    pub fn from_stored(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// The maximum scopes of a credential of a member with this role.
    pub fn scopes(self) -> ScopeSet {
        Scope::ALL.iter().copied().filter(|scope| scope.roles().contains(&self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_role_reaches_beyond_the_owner_or_to_the_operator() {
        for role in Role::ALL {
            assert!(Role::Owner.scopes().contains_all(role.scopes()), "{role:?}");
            assert!(role.scopes().iter().all(|scope| !scope.is_operator_only()), "{role:?}");
            assert_eq!(Role::from_stored(role.as_str()), Some(role));
        }
        assert!(!Role::Viewer.scopes().contains(Scope::ProvenanceWrite));
    }
}
