//! Plans and settles seat changes between epochs (TransEpoch [P19, epochs]): join before leave. Invariant: a seat
//! changes hands only at an epoch's boundary, to a joiner that acknowledged. At most [`seat_changes_max`] seats change
//! at once.
//!
//! At the end of epoch T the changes for T+2 are planned. During T+1 the joiners fetch the state and acknowledge. At
//! the end of T+1 the plan is settled, and T+2 begins with it.

mod plan;
mod settle;

pub use plan::{Change, Joiner, Plan, make_plan};
pub use settle::settle_plan;

use crate::{mutant, stake::PPM};

/// The maximum number of seats that change at one boundary: `max(1, min(ceil(log2 m), floor(m (1/3 - beta))))`. Here
/// `m` is the number of seats, and `beta` is the assumed faulty share of the seats, `adversary_ppm` / 1,000,000.
pub fn seat_changes_max(seats: usize, adversary_ppm: u32) -> usize {
    // A deliberately broken variant; the simulator must detect it.
    if mutant::is(mutant::CHANGE_MANY) {
        return seats;
    }
    let logarithm = seats.checked_next_power_of_two().map_or(0, usize::trailing_zeros);
    let logarithm = usize::try_from(logarithm).unwrap_or(usize::MAX);
    let third = u64::from(PPM);
    let slack = third.saturating_sub(u64::from(adversary_ppm).saturating_mul(3));
    let scaled = u64::try_from(seats).unwrap_or(u64::MAX).saturating_mul(slack);
    let slack_seats = scaled.checked_div(third.saturating_mul(3)).unwrap_or(0);
    logarithm.min(usize::try_from(slack_seats).unwrap_or(usize::MAX)).max(1)
}
