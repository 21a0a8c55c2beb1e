//! Randomness from a seed. Invariant: each concern draws from a stream of its own, so that another draw of one leaves
//! the others as they were.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

/// What randomness is drawn for.
#[derive(Clone, Copy, Debug)]
pub enum Concern {
    /// Delays, losses, repeats.
    Network = 1,
    /// How long writes take, and what a power loss leaves of them.
    Disk = 2,
    /// Which faults happen, when, to whom.
    Fault = 3,
    /// What clients want.
    Workload = 4,
    /// What liars say.
    Byzantine = 5,
    /// What clerks, traders and carriers do.
    Errand = 6,
}

/// A stream of random numbers.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of one concern of a seed.
    pub fn new(seed: u64, concern: Concern) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(concern as u64);
        Self(rng)
    }

    /// A number below `end`; zero when `end` is.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0.next_u64() % end.max(1)
    }

    /// A number of a range, both ends included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// An index into something of this length.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// Whether something that happens so often in a thousand times happens now.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = self.index(of.len());
        of.get(at)
    }

    /// The generator itself, for what asks for one.
    pub const fn rng(&mut self) -> &mut ChaCha8Rng {
        &mut self.0
    }
}
