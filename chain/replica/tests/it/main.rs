//! Tests of one shard as a state machine, driven by hand. Each file begins with a summary of its tests.

mod applying;
mod block_limit;
mod catching_up;
mod certificate;
mod clocks;
mod effect_order;
mod expiry;
mod fair_share;
mod fixture;
mod forgetting;
mod group;
mod hostile_peer;
mod idle;
mod joiner;
mod joining;
mod joining_later;
mod mempool;
mod promise;
mod recovery;
mod stream_proof;
mod submission;
mod version;
mod work;
mod writing;
