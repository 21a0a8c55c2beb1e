//! Computes the event hash id: a name for an event, derived from its content (CBV 2.0 section 8). Invariant: equivalent
//! representations of an event give the same pre-hash text. The hash proves no author, because it is not a signature.

mod order;
mod prehash;
mod value;

use sha2::{Digest, Sha256};

use crate::{context::Context, event::Event};

pub use prehash::prehash;

/// The rule set that a hash id was computed by. It is part of the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HashVersion {
    /// CBV 2.0.
    #[default]
    Cbv20,
}

impl HashVersion {
    /// The text after `?ver=` in a hash id.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cbv20 => "CBV2.0",
        }
    }
}

/// Computes the hash id of an event: `ni:///sha-256;{64 hex digits}?ver=CBV2.0`. `context` is that of its document.
pub fn event_hash_id(event: &Event<'_>, context: &Context<'_>) -> String {
    let digest = Sha256::digest(prehash(event, context).as_bytes());
    format!("ni:///sha-256;{}?ver={}", hex::encode(digest), HashVersion::Cbv20.as_str())
}
