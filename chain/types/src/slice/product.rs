//! Commands, events and state of the product slice: products that a tenant describes. Invariant: the ledger receives
//! only digests of a product's id and description. The description itself is in the record's body.

mod key;

pub use key::{Key, ProductKey};

use crate::{digest::Digest, stream::Subject};
use borsh::{BorshDeserialize, BorshSerialize};

/// The kind of subject that a product's id is.
pub const KIND: &str = "product";

/// Commands of the slice. `product` must be one of the record's subjects.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Command {
    /// Registers a product.
    RegisterProduct(RegisterProduct),
}

impl Command {
    /// The command's stable name, `slice.verb_noun`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RegisterProduct(_) => "product.register_product",
        }
    }

    /// The weight in multiples of [`WorkParameters::record`](crate::WorkParameters); each reads and writes one key.
    pub(crate) const fn record_weight(&self) -> u32 {
        match self {
            Self::RegisterProduct(_) => 1,
        }
    }
}

/// A product to register.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RegisterProduct {
    /// The subject of the product's id.
    pub product: Subject,
    /// A keyed digest of the product's description. Equal content has an equal digest.
    pub content: Digest,
}

/// Events of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A product was registered.
    ProductRegistered {
        /// The subject of the product's id.
        product: Subject,
    },
}

impl Event {
    /// The event's stable name, `slice.past_tense`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ProductRegistered { .. } => "product.product_registered",
        }
    }
}
