//! Tests execution across several shards of one chain, one scenario per file.

mod bundle_abort;
mod bundle_commit;
mod bundle_crash;
mod bundle_deadline;
mod bundle_refusal;
mod bundle_replay;
mod conservation;
mod deal;
mod message;
mod message_forgery;
mod native;
#[path = "../weight/unit.rs"]
mod unit;
mod work;
mod world;
