//! Tests messages, bundles (atomic transactions across shards) and trust at their limits. The ledger's tests run them
//! across several shards.

mod bundle_limit;
mod fixture;
mod other_content;
mod outbox_limit;
mod trust;
