//! The store of one shard: each file begins with the story of its tests.

mod ancestor;
mod fixture;
mod flush;
mod forget_seen;
mod hand_over;
mod held;
mod prune;
mod reopen;
mod takeover;
mod torn_log;
