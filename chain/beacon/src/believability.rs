//! Believability [P14]: a validator's weight in the draw of leaders, `capped stake x (1 + servi / servi_max) x uptime`.
//! Servi is a score for service. Invariant: believability grows with each factor, and servi at most doubles it.
//! Believability never affects the counting of votes.

use crate::{
    servi::{SERVI_MAX, Servi},
    stake::PPM,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The believability of one native unit of weight at full uptime and without Servi. The scale avoids rounding.
pub const SCALE: u128 = 1_000_000_000_000;

/// The share of the requested work that a validator did, in ppm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Uptime(u32);

impl Uptime {
    pub const FULL: Self = Self(PPM);

    /// A share in ppm, at most 1,000,000.
    pub const fn new(ppm: u32) -> Self {
        Self(if ppm > PPM { PPM } else { ppm })
    }

    pub const fn ppm(self) -> u32 {
        self.0
    }

    /// `done` out of `asked`; full when nothing was asked.
    pub fn of(done: u64, asked: u64) -> Self {
        let share = u128::from(done.min(asked)).saturating_mul(u128::from(PPM)).checked_div(u128::from(asked));
        Self(share.and_then(|share| u32::try_from(share).ok()).unwrap_or(PPM))
    }

    /// The uptime after an epoch: three quarters of the old value plus one quarter of the epoch's share.
    #[must_use]
    pub const fn after(self, epoch: Self) -> Self {
        Self(self.0.saturating_mul(3).saturating_add(epoch.0) / 4)
    }
}

/// A validator's believability: its weight in native units times [`SCALE`].
pub fn believability(capped_weight: u64, servi: Servi, uptime: Uptime) -> u128 {
    let reputation = u128::from(SERVI_MAX).saturating_add(u128::from(servi.amount()));
    u128::from(capped_weight).saturating_mul(reputation).saturating_mul(u128::from(uptime.ppm()))
}
