//! Evidence bundles [P24]: built from final blocks, verified offline by anyone. Invariant: the verifier believes
//! nothing but its anchor, or the chain's id when it has none; it recomputes every hash and checks every signature,
//! reads no clock, no disk and no network, and answers on any input without panicking. The format is written down in
//! docs/evidence.md; the files under `vectors/` hold this crate and its twin in the browser equal.
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

/// The format of bundles and anchors that this crate reads and writes. Protocol 1 wrote format 1, which cannot be read.
pub const VERSION: u32 = 2;
/// Bytes of a bundle or an anchor that are read at all.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Hand-overs of one bundle: how often the validators may have changed between the anchor and the evidence.
pub const HAND_OVERS_MAX: usize = 1_024;
