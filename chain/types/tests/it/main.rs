//! The data types of the ledger at their limits: a value at a limit passes, a value one above it is refused.

mod certificate_limit;
mod codec_refusal;
mod document_limit;
mod genesis_limit;
mod scheme;
mod transaction_limit;
