//! Evidence bundles: built from final blocks, verified offline by anyone [P24, evidence bundles]. Invariant: the
//! verifier trusts only its anchor, or the bundle's genesis document when it has none. The verifier recomputes every
//! hash and checks the signatures. No function reads a clock, disk or network, and no input makes the verifier panic.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

pub mod anchor;
pub mod build;
pub mod bundle;
mod object;
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
