//! Scopes: the permissions of a credential. Invariant: a scope is named `<domain>:read|write|admin`. Each scope exists
//! as a value of [`Scope`] and as the type that a handler's signature names.

use super::role::Role;
use std::{fmt, str::FromStr};

/// A scope as a type, as in `Scoped<scope::ProvenanceRead>`.
pub trait RequiredScope: Send + Sync + 'static {
    const SCOPE: Scope;
}

macro_rules! scopes {
    ($($name:ident = $text:literal for $roles:expr, $about:literal;)*) => {
        /// A permission of a credential.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Scope { $(#[doc = $about] $name),* }

        impl Scope {
            /// All scopes, in the order of their definition.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name in tokens and in the OpenAPI document.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// What the scope allows, in words.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => $about),* }
            }

            /// The roles whose members may hold it; none for a scope of the operator.
            pub const fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => $roles),* }
            }
        }

        $(#[doc = $about] #[derive(Debug)] pub struct $name; impl RequiredScope for $name { const SCOPE: Scope = Scope::$name; })*
    };
}

const EVERYONE: &[Role] = &Role::ALL;
const WRITERS: &[Role] = &[Role::Owner, Role::Admin, Role::Operator];
const MANAGERS: &[Role] = &[Role::Owner, Role::Admin];
const INSPECTORS: &[Role] = &[Role::Owner, Role::Admin, Role::Auditor];
const OWNERS: &[Role] = &[Role::Owner];
const NOBODY: &[Role] = &[];

scopes! {
    ProvenanceRead = "provenance:read" for EVERYONE, "Query events, fetch their evidence, read links and draw barcodes";
    ProvenanceWrite = "provenance:write" for WRITERS, "Capture events, declare errors, follow capture jobs, and store links";
    OperationRead = "operation:read" for EVERYONE, "Follow operations";
    EventRead = "event:read" for EVERYONE, "Read what became final for the tenant, in order, with summaries";
    WebhookRead = "webhook:read" for EVERYONE, "List webhooks, their attempts and dead letters";
    WebhookWrite = "webhook:write" for WRITERS, "Create, change, test and delete webhooks, and send events again";
    TenantRead = "tenant:read" for EVERYONE, "Read the caller's own tenant";
    TenantAdmin = "tenant:admin" for NOBODY, "Create tenants (the operator only)";
    MemberRead = "member:read" for INSPECTORS, "List the members of the tenant";
    MemberWrite = "member:write" for MANAGERS, "Add, change and remove members";
    MemberAdmin = "member:admin" for OWNERS, "Create and remove owners of the tenant";
    KeyRead = "key:read" for INSPECTORS, "List the API keys of the tenant";
    KeyWrite = "key:write" for MANAGERS, "Create, rotate and revoke API keys";
    KeyAdmin = "key:admin" for NOBODY, "Rotate the keys that sign tokens (the operator only)";
}

/// Scopes of earlier versions that guard nothing today. Stored keys and running clients may still name them.
const RETIRED: &[&str] = &["ledger:read"];

impl Scope {
    /// Whether only credentials of the operator may hold the scope.
    pub const fn is_operator_only(self) -> bool {
        self.roles().is_empty()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is not a scope, as it was sent. The message does not repeat the name, which may be long.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a scope; openapi/reference.md lists them")]
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
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// Returns the set with `scope` added.
    #[must_use]
    pub const fn with(self, scope: Scope) -> Self {
        Self(self.0 | (1 << scope as u32))
    }

    /// Whether the set contains `scope`.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u32) != 0
    }

    /// Whether the set contains every scope of `other`.
    pub const fn contains_all(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// The intersection of both sets.
    #[must_use]
    pub const fn intersect(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The set of all scopes.
    pub fn all() -> Self {
        Scope::ALL.iter().copied().collect()
    }

    /// Whether the set contains no scope.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes of the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.contains(*scope))
    }

    /// Parses a space-separated list (RFC 6749, section 3.3). Retired names are ignored.
    ///
    /// # Errors
    /// [`UnknownScope`] with the first name that is not a scope.
    pub fn parse(list: &str) -> Result<Self, UnknownScope> {
        let names = list.split_ascii_whitespace().filter(|name| !RETIRED.contains(name));
        names.into_iter().try_fold(Self::EMPTY, |set, name| Ok(set.with(name.parse()?)))
    }

    /// Reads a list of stored names. Names of a later version are ignored.
    pub fn from_stored(names: &[String]) -> Self {
        names.iter().filter_map(|name| name.parse().ok()).collect()
    }

    /// Whether the set contains every stored scope. No set contains a scope of a later version; a scope of an earlier
    /// version that guards nothing today counts for nothing.
    pub fn contains_stored(self, names: &[String]) -> bool {
        names
            .iter()
            .filter(|name| !RETIRED.contains(&name.as_str()))
            .all(|name| name.parse().is_ok_and(|scope| self.contains(scope)))
    }

    /// The names of the scopes, in order.
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
        assert_eq!(ScopeSet::parse("tenant:read nothing"), Err(UnknownScope("nothing".to_owned())));
        assert_eq!(ScopeSet::parse("ledger:read tenant:read"), Ok(ScopeSet::EMPTY.with(Scope::TenantRead)));
        let stored = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(set.contains_stored(&stored(&["tenant:read", "ledger:read"])));
        assert!(!set.contains_stored(&stored(&["tenant:read", "later:read"])), "nobody holds a later scope");
    }
}
