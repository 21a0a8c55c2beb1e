//! Draws uniform numbers from an epoch's randomness. Invariant: a draw is a function of the seed, the label and the
//! number of draws before. Every outcome below the bound is equally likely.

use chain_types::{
    Digest,
    digest::{Tag, hash},
};

/// A deterministic stream of random numbers.
pub(crate) struct Draw<'a> {
    seed: Digest,
    label: &'a [u8],
    count: u64,
}

impl<'a> Draw<'a> {
    /// The stream for a seed and a label.
    pub(crate) const fn new(seed: Digest, label: &'a [u8]) -> Self {
        Self { seed, label, count: 0 }
    }

    /// A uniform number below `bound`; 0 for the bound 0. Numbers that would bias the result are drawn again.
    pub(crate) fn below(&mut self, bound: u128) -> u128 {
        let Some(excess) = u128::MAX.checked_rem(bound) else { return 0 };
        let fair = u128::MAX.saturating_sub(excess);
        loop {
            let number = self.next();
            if number < fair {
                return number.checked_rem(bound).unwrap_or(0);
            }
        }
    }

    fn next(&mut self) -> u128 {
        let digest = hash(Tag::RANDOMNESS, &[&self.seed.0, self.label, &self.count.to_le_bytes()]);
        self.count = self.count.saturating_add(1);
        digest.0.iter().take(16).fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte))
    }
}
