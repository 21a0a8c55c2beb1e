//! Tests execution on one shard, one scenario per file.

mod account_add_author;
mod account_register_tenant;
mod account_remove_author;
mod admission;
mod ancestry;
mod atomic;
mod determinism;
mod fixture;
mod independent;
mod provenance_capture_event;
mod provenance_declare_error;
mod provenance_record_master_data;
mod seen;
mod stream;
#[path = "../weight/unit.rs"]
mod unit;
mod work;
