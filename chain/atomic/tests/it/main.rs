//! The decisions across shards at the edges of their limits; what they do together is told in the ledger's tests.

mod bundle_limit;
mod fixture;
mod other_content;
mod outbox_limit;
mod trust;
