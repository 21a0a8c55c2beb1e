//! Integration tests of the gateway, as its clients see it. Invariant: router, Postgres, one-validator chain and index
//! are real.

mod abort;
mod beacon;
mod document;
mod graphql;
mod harness;
mod idempotency;
mod index_columns;
mod isolation;
mod isolation_everywhere;
mod key_lineage;
mod ledger;
mod limit;
mod member;
mod network;
mod number;
mod operation;
mod operator;
mod provenance_capture;
mod provenance_evidence;
mod provenance_query;
mod provenance_refusal;
mod stack;
mod token;
mod token_attack;
mod vault;
mod walk;
