//! Builds evidence bundles, which verify offline [P24, evidence bundles]. Invariant: a bundle is built from blocks,
//! state proofs and keys. The index supplies only positions of records. Each position is checked against its block.

pub mod code;
mod disclosure;
mod event;
mod hand_over;
mod place;
mod read;
mod record;
mod stream;

pub use disclosure::FieldChoice;
pub use event::event_bundle;
pub use hand_over::HandOvers;
pub use place::Place;
pub use record::record_bundle;
pub use stream::{OPENED_BYTES_MAX, Opening, STREAM_BYTES_MAX, STREAM_RECORDS_MAX, Stream, check_bytes, prove};

use crate::error::ApiError;

/// The index contradicts the ledger. Logs the difference, because the index must be rebuilt.
pub(crate) fn index_mismatch(what: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(%what, "the index does not match the ledger");
    let detail = "The ledger holds other records than the index says; rebuild the index. The ledger is right.";
    ApiError::new(&code::INDEX_MISMATCH, detail)
}
