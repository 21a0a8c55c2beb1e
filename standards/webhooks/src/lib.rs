//! Standard Webhooks 1.0.0 (<https://github.com/standard-webhooks/standard-webhooks>) as a library: secrets, signatures
//! and the handling of answers. Invariant: every function is pure, without input, output, clock or randomness. Its cost
//! is linear in what it reads, and texts of strangers have a limit.
//!
//! - [`secret`] and [`public_key`] are the keys and their texts.
//! - [`message`] is what is signed: the id, the time and the body of a webhook.
//! - [`sign`] makes the header `webhook-signature`, and [`verify`] checks it as a receiver does.
//! - [`outcome`] is what an answer means, and [`retry`] when the next attempt is due.

#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

pub mod limit;
pub mod message;
pub mod outcome;
pub mod public_key;
pub mod retry;
pub mod secret;
pub mod sign;
mod text;
pub mod verify;
