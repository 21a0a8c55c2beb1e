//! The beacon by scenario, one file each, against the same small world of real keys, real sharings and real signatures.

mod assignment_risk;
mod bad_deal;
mod broken_receipt;
mod conservation;
mod encoding_frozen;
mod equivocation;
mod honest_never_convicted;
mod inactivity;
mod league;
mod promise_limit;
mod randomness_draw;
mod randomness_refusal;
mod registration;
mod ticket_bounds;
mod trans_epoch;
mod weight_cap;
mod world;
