//! Evidence bundles [P24]: built from final blocks, verified offline by anyone. The format is specified in
//! docs/evidence.md. The files under `vectors/` test this crate and its twin in the browser against the same verdicts.
//! Invariant: the verifier trusts only its anchor, or the chain's id when it has none. It recomputes every hash and
//! checks every signature, reads no clock, disk or network, and returns a report for any input without panicking.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

pub mod anchor;
pub mod build;
pub mod bundle;
pub mod report;
pub mod verify;
mod version;

pub use anchor::{Anchor, AnchorError};
pub use build::{BlockEvidence, BuildError, Disclosure, StreamEvidence};
pub use bundle::Bundle;
pub use report::{Report, Step, TrustReport, TrustSource, Verdict};
pub use verify::{verify, verify_knowing};

/// The format of bundles and anchors that this crate reads and writes. Format 1, written by protocol 1, cannot be read.
pub const VERSION: u32 = 2;
/// The largest bundle or anchor that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most hand-overs in one bundle, that is, changes of the validators between the anchor and the evidence.
pub const HAND_OVERS_MAX: usize = 1_024;
