//! Tests of the beacon, one scenario per file, in a small world with real keys, secret sharings and signatures.

mod assignment_risk;
mod attendance;
mod bad_deal;
mod broken_promise;
mod conservation;
mod encoding_frozen;
mod epoch_end;
mod equivocation;
mod foreign_vote;
mod honest_never_convicted;
mod inactivity;
mod league;
mod lots;
mod promise_limit;
mod randomness_draw;
mod randomness_refusal;
mod registration;
mod ticket_bounds;
mod trans_epoch;
mod version;
mod weight_cap;
mod work;
mod world;
