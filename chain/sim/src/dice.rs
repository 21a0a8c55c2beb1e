//! Pseudorandom numbers from a seed, in one independent stream per concern. Invariant: a draw for one concern never
//! changes the numbers of another concern.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

/// The purpose of a random stream.
#[derive(Clone, Copy, Debug)]
pub enum Concern {
    /// Delays, losses and duplicates.
    Network = 1,
    /// Write latency, and what survives a power loss.
    Disk = 2,
    /// The faults of a world and their times.
    Fault = 3,
    /// The clients' transactions.
    Workload = 4,
    /// The messages of Byzantine validators.
    Byzantine = 5,
    /// Duties, relayed messages and trade.
    Background = 6,
}

/// A stream of pseudorandom numbers.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// Creates the stream of one concern of a seed.
    pub fn new(seed: u64, concern: Concern) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(concern as u64);
        Self(rng)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0.next_u64() % end.max(1)
    }

    /// A number between `low` and `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// An index below `length`; 0 when `length` is 0.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// Returns true with a probability of `per_mille` in a thousand.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }

    /// A random element; `None` when the slice is empty.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = self.index(of.len());
        of.get(at)
    }

    /// The generator, for functions that need one.
    pub const fn rng(&mut self) -> &mut ChaCha8Rng {
        &mut self.0
    }
}
