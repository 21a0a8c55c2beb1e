//! Tests of the node with real threads and a real disk. Each file begins with a summary of its tests.

mod bad_signature;
mod damage;
mod epochs;
mod finality;
mod fixture;
mod flood;
mod foreign_start;
mod format;
#[cfg(target_os = "linux")]
mod full_disk;
mod lost_block;
mod network;
mod restart;
mod restored;
mod resubmission;
mod shard;
#[cfg(target_os = "linux")]
mod small_disk;
mod stop;
mod stream_proof;
