//! Tests of decoders with random input, on stable Rust and without instrumentation. Invariant: a run depends only on
//! its seed, its corpus and the time that it gets.
//!
//! Each test names a target. The inputs begin with the files of `corpus/<target>/` and the examples of the test, and
//! change at random from there. An input with a new outcome joins those that are changed. An input that makes the
//! target panic, or takes more time than its length allows, is written to the corpus, so that it is tried first from
//! then on.
//!
//! `WAYMARK_FUZZ_SECONDS` is the time for each target, in seconds (2), `WAYMARK_FUZZ_SEED` the seed (1).

mod corpus;
mod mutate;
mod run;

pub use run::{Target, fuzz, fuzz_from};
