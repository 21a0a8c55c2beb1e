//! What a credential may do. Invariant: a scope is `<domain>:read|write|admin`, and each exists twice, as a value of
//! [`Scope`] and as the type that a handler's signature names.

use super::role::Role;
use std::{fmt, str::FromStr};

/// The scope that a handler needs, as a type: `Scoped<scope::ProvenanceRead>`.
pub trait RequiredScope: Send + Sync + 'static {
    /// The scope's value.
    const SCOPE: Scope;
}

macro_rules! scopes {
    ($($(#[$meta:meta])* $name:ident = $text:literal for $roles:expr, $about:literal;)*) => {
        /// Something that a credential may do.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Scope { $($(#[$meta])* $name),* }

        impl Scope {
            /// All scopes, in the order of their names here.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name in tokens and documents.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// What it allows, in words.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => $about),* }
            }

            /// The roles whose members may hold it; none for a scope of the operator.
            pub const fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => $roles),* }
            }
        }

        $($(#[$meta])* #[derive(Debug)] pub struct $name; impl RequiredScope for $name { const SCOPE: Scope = Scope::$name; })*
    };
}

const EVERYONE: &[Role] = &Role::ALL;
const WRITERS: &[Role] = &[Role::Owner, Role::Admin, Role::Operator];
const MANAGERS: &[Role] = &[Role::Owner, Role::Admin];
const INSPECTORS: &[Role] = &[Role::Owner, Role::Admin, Role::Auditor];
const OWNERS: &[Role] = &[Role::Owner];
const NOBODY: &[Role] = &[];

scopes! {
    /// Query events and their evidence.
    ProvenanceRead = "provenance:read" for EVERYONE, "Query events and fetch their evidence";
    /// Capture events.
    ProvenanceWrite = "provenance:write" for WRITERS, "Capture events and declare errors";
    /// Look at operations and capture jobs.
    OperationRead = "operation:read" for EVERYONE, "Follow operations and capture jobs";
    /// Read what the ledger says of the tenant.
    LedgerRead = "ledger:read" for EVERYONE, "Read ledger data of the tenant";
    /// Read the own tenant.
    TenantRead = "tenant:read" for EVERYONE, "Read the own tenant";
    /// Create tenants; only the operator's credentials hold it.
    TenantAdmin = "tenant:admin" for NOBODY, "Create tenants (the operator only)";
    /// List members.
    MemberRead = "member:read" for INSPECTORS, "List the members of the tenant";
    /// Add, change and remove members.
    MemberWrite = "member:write" for MANAGERS, "Add, change and remove members";
    /// Make and unmake owners.
    MemberAdmin = "member:admin" for OWNERS, "Make and unmake owners of the tenant";
    /// List API keys.
    KeyRead = "key:read" for INSPECTORS, "List the API keys of the tenant";
    /// Create, rotate and revoke API keys.
    KeyWrite = "key:write" for MANAGERS, "Create, rotate and revoke API keys";
    /// Rotate the keys that sign tokens; only the operator's credentials hold it.
    KeyAdmin = "key:admin" for NOBODY, "Rotate the keys that sign tokens (the operator only)";
}

impl Scope {
    /// Whether only credentials of the operator may hold it.
    pub const fn is_operator_only(self) -> bool {
        self.roles().is_empty()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no scope.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is not a scope")]
pub struct UnknownScope(pub String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == text).ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

/// A set of scopes; iterates in the order of [`Scope::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ScopeSet(u32);

impl ScopeSet {
    /// No scope.
    pub const EMPTY: Self = Self(0);

    /// The set with `scope` as well.
    #[must_use]
    pub const fn with(self, scope: Scope) -> Self {
        Self(self.0 | (1 << scope as u32))
    }

    /// Whether `scope` is in it.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u32) != 0
    }

    /// Whether every scope of `other` is in it.
    pub const fn contains_all(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// The scopes in both.
    #[must_use]
    pub const fn intersect(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether it is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its scopes, in order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.contains(*scope))
    }

    /// The set of a space-separated list (RFC 6749, section 3.3).
    ///
    /// # Errors
    /// [`UnknownScope`] names the first that does not exist.
    pub fn parse(list: &str) -> Result<Self, UnknownScope> {
        list.split_ascii_whitespace().try_fold(Self::EMPTY, |set, name| Ok(set.with(name.parse()?)))
    }

    /// The set of a list of names that were stored by us; names of a later version are ignored.
    pub fn from_stored(names: &[String]) -> Self {
        names.iter().filter_map(|name| name.parse().ok()).collect()
    }

    /// The names, in order.
    pub fn names(self) -> Vec<String> {
        self.iter().map(|scope| scope.as_str().to_owned()).collect()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_well_formed_and_parse_back() {
        for scope in Scope::ALL {
            let (domain, verb) = scope.as_str().split_once(':').expect("domain:verb");
            assert!(!domain.is_empty() && ["read", "write", "admin"].contains(&verb), "{scope}");
            assert_eq!(scope.as_str().parse(), Ok(*scope));
        }
        assert_eq!("provenance:all".parse::<Scope>(), Err(UnknownScope("provenance:all".to_owned())));
        assert!(Scope::ALL.len() <= 32, "a ScopeSet holds 32 scopes");
    }

    #[test]
    fn sets_compare_by_what_they_allow() {
        let set = ScopeSet::parse("tenant:read  provenance:read").expect("known");
        assert_eq!(set.to_string(), "provenance:read tenant:read");
        assert!(set.contains_all(ScopeSet::EMPTY.with(Scope::TenantRead)));
        assert!(!set.contains_all(ScopeSet::EMPTY.with(Scope::KeyRead)));
        assert_eq!(set.intersect(ScopeSet::EMPTY.with(Scope::KeyRead)), ScopeSet::EMPTY);
        assert_eq!(ScopeSet::parse("nothing"), Err(UnknownScope("nothing".to_owned())));
    }
}
