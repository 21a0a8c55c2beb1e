//! The gateway as its clients see it: the real router over a real Postgres, a real one-validator chain and a real
//! index.

mod abort;
mod beacon;
mod document;
mod graphql;
mod harness;
mod idempotency;
mod isolation;
mod ledger;
mod limit;
mod member;
mod network;
mod number;
mod operation;
mod provenance_capture;
mod provenance_evidence;
mod provenance_query;
mod provenance_refusal;
mod stack;
mod token;
mod token_attack;
mod vault;
mod walk;
