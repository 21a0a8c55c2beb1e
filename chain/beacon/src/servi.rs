//! Servi [P14]: a validator's score for service that the protocol itself observed. Invariant: servi is earned only by
//! the four kinds of work below. Only leading, inactivity and conviction reduce it. Servi is not transferable.

use borsh::{BorshDeserialize, BorshSerialize};

/// The maximum Servi of a validator.
pub const SERVI_MAX: u32 = 1_000_000;
/// Servi for a signature in the certificate of a beacon block.
pub const SERVI_PER_SIGNATURE: u32 = 10;
/// Servi for a final block that the validator led.
pub const SERVI_PER_BLOCK: u32 = 40;
/// Servi for revealing one's shares of an epoch's randomness.
pub const SERVI_PER_REVEAL: u32 = 2_000;
/// Servi for evidence that convicts.
pub const SERVI_PER_EVIDENCE: u32 = 20_000;
/// Leading a block costs this fraction (one part in 32) of the leader's Servi, so that leaders rotate.
pub const LEADING_DIVISOR: u32 = 32;

/// A validator's Servi, 0 to [`SERVI_MAX`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Servi(u32);

impl Servi {
    pub const ZERO: Self = Self(0);

    /// An amount, at most [`SERVI_MAX`].
    pub const fn new(amount: u32) -> Self {
        Self(if amount > SERVI_MAX { SERVI_MAX } else { amount })
    }

    pub const fn amount(self) -> u32 {
        self.0
    }

    /// Servi after more work, at most [`SERVI_MAX`].
    #[must_use]
    pub const fn earn(self, amount: u32) -> Self {
        Self::new(self.0.saturating_add(amount))
    }

    /// Servi after leading a final block: first a fraction is spent, then the block is credited.
    #[must_use]
    pub const fn lead(self) -> Self {
        Self(self.0.saturating_sub(self.0 / LEADING_DIVISOR)).earn(SERVI_PER_BLOCK)
    }

    /// Servi after an inactive epoch.
    #[must_use]
    pub const fn halve(self) -> Self {
        Self(self.0 / 2)
    }
}
