//! Believability [P14]: `capped stake x (1 + servi / servi_max) x uptime`. Invariant: it grows with each of the three,
//! reputation at most doubles it, and it says who leads, never who wins a vote.

use crate::{
    servi::{SERVI_MAX, Servi},
    stake::PPM,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// One native unit of weight at full uptime and without Servi: the value is exact, nothing is divided away.
pub const SCALE: u128 = 1_000_000_000_000;

/// How much of the work asked of it a validator did, in ppm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Uptime(u32);

impl Uptime {
    /// Nothing missed.
    pub const FULL: Self = Self(PPM);

    /// A share in ppm, cut at one.
    pub const fn new(ppm: u32) -> Self {
        Self(if ppm > PPM { PPM } else { ppm })
    }

    /// The share in ppm.
    pub const fn ppm(self) -> u32 {
        self.0
    }

    /// `done` of `asked`; full when nothing was asked.
    pub fn of(done: u64, asked: u64) -> Self {
        let share = u128::from(done.min(asked)).saturating_mul(u128::from(PPM)).checked_div(u128::from(asked));
        Self(share.and_then(|share| u32::try_from(share).ok()).unwrap_or(PPM))
    }

    /// After an epoch: three parts of what it was, one part of what the epoch showed.
    #[must_use]
    pub const fn after(self, epoch: Self) -> Self {
        Self(self.0.saturating_mul(3).saturating_add(epoch.0) / 4)
    }
}

/// A validator's believability: weight in native units times [`SCALE`].
pub fn believability(capped_weight: u64, servi: Servi, uptime: Uptime) -> u128 {
    let reputation = u128::from(SERVI_MAX).saturating_add(u128::from(servi.amount()));
    u128::from(capped_weight).saturating_mul(reputation).saturating_mul(u128::from(uptime.ppm()))
}
