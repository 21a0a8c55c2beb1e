//! The data types of the ledger, with their canonical encodings, hashes and signatures. Invariant: no function here
//! reads a clock, a random source or a disk. The only hidden state is a cache per thread, and no result depends on the
//! cache.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

pub mod ancestry;
pub mod block;
pub mod body;
pub mod certificate;
pub mod codec;
pub mod digest;
pub mod genesis;
pub mod id;
pub mod limit;
pub mod memo;
pub mod merkle;
pub mod mutant;
pub mod parameter;
pub mod receipt;
pub mod record;
mod rejection;
pub mod seen;
pub mod signature;
pub mod slice;
pub mod state;
pub mod stream;
pub mod transaction;
pub mod validator;
pub mod verified;
pub mod version;
pub mod work;

pub use block::{Block, BlockHeader, FinalBlock};
pub use body::{Body, BodySeal};
pub use certificate::{Certificate, SignedVote, Vote};
pub use digest::Digest;
pub use genesis::Genesis;
pub use id::{ChainId, Epoch, Height, Moment, ShardId, TenantId, TimestampMs, View};
pub use parameter::{ChainParameters, Timing};
pub use receipt::{Receipt, Rejection};
pub use record::Record;
pub use signature::{PublicKey, SecretKey, Signature};
// Each slice is a module of the root: `chain_types::provenance`.
pub use slice::*;
pub use stream::{StreamHead, Subject};
pub use transaction::{Entry, EntryCore, Mode, Transaction, TransactionHeader, TxId};
pub use verified::VerifiedTransaction;
pub use version::{PROTOCOL_VERSION, ProtocolVersion, Versions};
pub use work::WorkParameters;
