//! Computes the event hash id: a name for an event, derived from its content (CBV 2.0 section 8). Invariant: equivalent
//! representations of an event give the same pre-hash text. The hash proves no author, because it is not a signature.

mod name;
mod order;
mod prehash;
mod size;
mod value;

use sha2::{Digest, Sha256};

use crate::{context::Context, event::Event};

pub use order::FieldOrder;
pub use prehash::{prehash, prehash_in_order};
pub(crate) use size::{text_bytes, value_bytes};

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
    event_hash_id_in_order(event, context, FieldOrder::Standard)
}

/// [`event_hash_id`] with the fields in another order: the id that other software may have computed.
pub fn event_hash_id_in_order(event: &Event<'_>, context: &Context<'_>, order: FieldOrder) -> String {
    let digest = Sha256::digest(prehash_in_order(event, context, order).as_bytes());
    format!("ni:///sha-256;{}?ver={}", hex::encode(digest), HashVersion::Cbv20.as_str())
}
