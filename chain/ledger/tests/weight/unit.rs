//! Measures the unit of work on this machine and compares a command's time with its weight.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the ledger has no clock; measuring it needs one"
)]

use chain_types::{
    Digest, SecretKey, WorkParameters,
    signature::{Claim, Namespace, verify},
};
use std::time::Instant;

/// The allowed ratio of time to weight: debug builds and busy machines vary.
pub(crate) const SLACK: u128 = 5;
/// The number of runs; the shortest one counts.
pub(crate) const RUNS: usize = 5;

/// Runs a function and returns the time in nanoseconds and the result.
pub(crate) fn timed<T>(run: impl FnOnce() -> T) -> (u128, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed().as_nanos(), result)
}

/// The length of one unit of work on this machine, in nanoseconds: the time of a signature check divided by its weight.
pub(crate) fn unit() -> u128 {
    let key = SecretKey::from_seed(&[1; 32]);
    let digest = Digest([2; 32]);
    let claim = Claim { key: key.public_key(), digest, signature: key.sign(Namespace::VOTE, &digest) };
    let of_signature = (0..4 * RUNS).map(|_| timed(|| assert!(verify(Namespace::VOTE, &claim))).0).min();
    (of_signature.expect("at least one run") / u128::from(WorkParameters::default().signature)).max(1)
}

/// Asserts that a command takes no longer than it weighs, within [`SLACK`], and prints both.
#[expect(clippy::print_stdout, reason = "new weights are chosen by these figures")]
pub(crate) fn assert_weighs(name: &str, work: u64, nanos: u128) {
    let unit = unit();
    println!("{name}: weighs {work}, takes {} units of {unit} ns", nanos / unit);
    assert!(nanos <= u128::from(work) * SLACK * unit, "{name} weighs {work} and takes {} units", nanos / unit);
}
