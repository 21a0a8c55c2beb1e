//! The event hash id: a name for an event that anyone can compute from its content (CBV 2.0 section 8).
//!
//! Invariant kept: representations that mean the same give the same text before hashing, whatever the order of
//! members, the spelling of identifiers, times and numbers, or the prefixes chosen. It is a hash, not a signature.

mod order;
mod prehash;
mod value;

use sha2::{Digest, Sha256};

use crate::{context::Context, event::Event};

pub use prehash::prehash;

/// The rule set a hash id was computed by; it is written into the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HashVersion {
    /// CBV 2.0.
    #[default]
    Cbv20,
}

impl HashVersion {
    /// As it stands after `?ver=`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cbv20 => "CBV2.0",
        }
    }
}

/// The hash id of an event: `ni:///sha-256;{64 hex digits}?ver=CBV2.0`. `context` is its document's.
pub fn event_hash_id(event: &Event<'_>, context: &Context<'_>) -> String {
    let digest = Sha256::digest(prehash(event, context).as_bytes());
    format!("ni:///sha-256;{}?ver={}", hex::encode(digest), HashVersion::Cbv20.as_str())
}
