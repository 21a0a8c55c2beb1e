//! The disk of one shard: each file opens with the story that its tests tell.

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
