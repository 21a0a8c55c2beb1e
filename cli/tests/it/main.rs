//! Tests of the binary with real processes, a real ledger, a real Postgres and real files. Invariant: every process
//! that a test starts is ended by its own id. No data directory outlives its test.

mod api;
mod audit;
mod backup;
mod chaos;
mod command;
mod compose;
mod corrupt_row;
mod crash;
mod documents;
mod epochs;
mod events;
mod folder;
#[cfg(target_os = "linux")]
mod full_disk;
mod guides;
mod hash;
mod instance;
mod interrupted_start;
mod listener;
mod membership;
mod operator;
mod poll;
mod private_postgres;
mod promised;
mod pruned;
mod quickstart;
mod restart;
mod seed_scenario;
mod session;
mod shared_data;
mod split;
mod testnet;
mod validators;
