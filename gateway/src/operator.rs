//! What the operator of a deployment does to the gateway itself while it serves: keys that sign tokens, secrets of the
//! service and key-encryption keys. Tenants are in [`crate::tenant::operate`]. Invariant: no request of the API reaches
//! these functions, except the rotation of token keys, which has a scope. Each leaves a line in the audit log.

pub mod audit;
mod secret;

pub use secret::{load_keyring, reseal, rotate_secret, rotate_token_key, sealed};
