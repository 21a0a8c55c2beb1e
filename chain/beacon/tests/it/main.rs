//! The beacon by scenario, one file each, against the same small world of real keys, real sharings and real signatures.

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
