//! Converts a product into a ledger command, as a pure function of the bytes and the tenant's keys. Invariant: the
//! record's document is the request body, byte for byte.

use crate::{
    error::{ApiError, code},
    write::{Draft, EntrySealer, Order},
};
use bytes::Bytes;
use chain_seal::SealError;
use chain_types::{Command, Entry, Mode, product};

/// The kind of registrations.
pub const REGISTER: &str = "product.register";

/// Creates the order to register the product `id`, with the valid body `body`.
pub fn register(
    body: Bytes,
    id: String,
) -> Order<impl FnOnce(EntrySealer<'_>) -> Result<Draft<()>, ApiError> + Send + 'static> {
    Order {
        kind: REGISTER,
        too_large: &code::BODY_TOO_LARGE,
        bytes: body.len(),
        draft: move |sealer: EntrySealer<'_>| {
            // A valid body has two texts, which can always be sealed.
            let entries = entries(&body, &id, sealer).map_err(|error| ApiError::internal(&error))?;
            Ok(Draft { entries, mode: Mode::Atomic, pointer: "", answer: () })
        },
    }
}

fn entries(body: &[u8], id: &str, mut sealer: EntrySealer<'_>) -> Result<Vec<Entry>, SealError> {
    let product = sealer.subject(product::KIND, id);
    let content = sealer.content_digest(body)?;
    let command = product::Command::RegisterProduct(product::RegisterProduct { product, content });
    sealer.push(vec![product], Command::Product(command), body)?;
    Ok(sealer.into_entries())
}
