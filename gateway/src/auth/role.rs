//! What members are for. Invariant: a role never holds a scope of the operator, and each role's scopes are a subset of
//! the owner's.

use super::scope::{Scope, ScopeSet};
use serde::{Deserialize, Serialize};

/// The role of a member in a tenant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Does everything, and alone makes other owners.
    Owner,
    /// Does everything but make owners.
    Admin,
    /// Writes and reads records.
    Operator,
    /// Reads records, evidence and who may do what.
    Auditor,
    /// Reads records.
    Viewer,
}

impl Role {
    /// All roles, the mightiest first.
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

    /// The role of a stored name; `None` for one of a later version.
    pub fn from_stored(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// What a credential of a member in this role may do at most.
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
