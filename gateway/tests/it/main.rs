//! Integration tests of the gateway, as its clients see it. Invariant: router, Postgres, one-validator chain and index
//! are real.

mod abort;
mod beacon;
mod connection;
mod document;
mod every_route;
mod fairness;
mod graphql;
mod graphql_attack;
mod harness;
mod idempotency;
mod isolation;
mod ledger;
mod limit;
mod limit_table;
mod member;
mod network;
mod number;
mod operation;
mod provenance_binding;
mod provenance_capture;
mod provenance_evidence;
mod provenance_page;
mod provenance_partial;
mod provenance_query;
mod provenance_refusal;
mod provenance_unreadable;
mod stack;
mod token;
mod token_attack;
mod unstorable;
mod vault;
mod walk;
