//! The words of the ledger at their limits: one value at each limit passes, one above it is refused.

mod certificate_limit;
mod codec_refusal;
mod document_limit;
mod genesis_limit;
mod scheme;
mod transaction_limit;
