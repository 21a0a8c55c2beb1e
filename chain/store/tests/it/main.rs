//! Tests the store of one shard, one scenario per file.

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
