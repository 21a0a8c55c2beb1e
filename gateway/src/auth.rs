//! Authentication and authorization: credentials, tokens and scopes. Invariant: a handler's first argument declares the
//! access ([`Scoped`], [`EitherScope`], [`Authenticated`] or [`Public`]). The crate's `routes!` does not compile for
//! other handlers.

pub mod access;
pub mod authenticate;
pub(crate) mod basic;
pub mod code;
pub mod credential;
pub mod declared;
mod field;
pub mod key_state;
pub mod principal;
pub mod refusals;
pub mod rest;
pub mod role;
pub mod scope;
pub mod signing_key;
mod standing;
pub mod token;

pub use access::{Authenticated, EitherScope, Public, Scoped};
pub use credential::{Credential, Secret};
pub(crate) use field::{ReadSlots, Reader, reader};
pub use key_state::KeyStates;
pub use principal::{Principal, PrincipalKind};
pub use refusals::Refusals;
pub use rest::OAUTH_ERRORS;
pub use role::Role;
pub use scope::{Scope, ScopeSet};
pub(crate) use standing::{Lasting, Standing};
pub use token::TokenIssuer;
