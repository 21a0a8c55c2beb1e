//! Keys of the product slice. Invariant: as for [`crate::state::StateKey`].

use crate::{digest::Digest, id::TenantId, state::keys, stream::Subject};

keys! {
    Product;
    /// The content that a product is registered with.
    Product: ProductKey(TenantId, Subject) => Digest;
}
