//! The unit in which work is weighed, as long as it takes on this machine.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the law has no clock; what measures it needs one"
)]

use chain_types::{
    Digest, SecretKey, WorkParameters,
    signature::{Claim, Namespace, verify},
};
use std::time::Instant;

/// How many times as much as its weight a command may take: builds without optimisation and busy machines are uneven.
pub(crate) const SLACK: u128 = 5;
/// Of so many runs the shortest counts.
pub(crate) const RUNS: usize = 5;

/// How long something takes, in nanoseconds, and its result.
pub(crate) fn timed<T>(run: impl FnOnce() -> T) -> (u128, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed().as_nanos(), result)
}

/// The length of one unit of work on this machine, in nanoseconds: the time of checking a signature, divided by its
/// weight.
pub(crate) fn unit() -> u128 {
    let key = SecretKey::from_seed(&[1; 32]);
    let digest = Digest([2; 32]);
    let claim = Claim { key: key.public_key(), digest, signature: key.sign(Namespace::VOTE, &digest) };
    let of_signature = (0..4 * RUNS).map(|_| timed(|| assert!(verify(Namespace::VOTE, &claim))).0).min();
    (of_signature.expect("something is run") / u128::from(WorkParameters::default().signature)).max(1)
}

/// Asserts that something takes no longer than it weighs, and prints both.
#[expect(clippy::print_stdout, reason = "the figures are what a new weight is chosen by")]
pub(crate) fn assert_weighs(name: &str, work: u64, nanos: u128) {
    let unit = unit();
    println!("{name}: weighs {work}, takes {} units of {unit} ns", nanos / unit);
    assert!(nanos <= u128::from(work) * SLACK * unit, "{name} weighs {work} and takes {} units", nanos / unit);
}
