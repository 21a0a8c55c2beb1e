//! Reads and writes the contents of products, one key per product.

use super::Rejection;
use crate::{
    overlay::Overlay,
    verdict::{Context, Halt, require},
};
use chain_types::{Digest, Subject, product::ProductKey, state::TypedKey};

/// Records a product's content and returns `true`, or returns `false` when the product has this content.
pub(super) fn record_product(
    context: &Context<'_>,
    product: Subject,
    content: Digest,
    overlay: &mut Overlay<'_>,
) -> Result<bool, Halt> {
    let slot = ProductKey(context.tenant, product).slot();
    if let Some(known) = overlay.read(&slot)? {
        require(known == content, Rejection::ProductExists)?;
        return Ok(false);
    }
    overlay.write(&slot, &content);
    Ok(true)
}
