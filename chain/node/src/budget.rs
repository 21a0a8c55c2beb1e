//! The memory that transactions under way may hold. Invariant: what was taken is given back when the token drops.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Bytes of transactions that one node holds between submission and their block.
pub const IN_FLIGHT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A counter of bytes with a limit.
#[derive(Clone, Default)]
pub(crate) struct Budget(Arc<AtomicUsize>);

/// Bytes taken from a [`Budget`].
pub(crate) struct Token {
    budget: Budget,
    bytes: usize,
}

impl Budget {
    /// Takes bytes, or nothing when they would exceed the limit.
    pub(crate) fn take(&self, bytes: usize) -> Option<Token> {
        let before = self.0.fetch_add(bytes, Ordering::AcqRel);
        let token = Token { budget: self.clone(), bytes };
        (before + bytes <= IN_FLIGHT_BYTES_MAX).then_some(token)
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.budget.0.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_may_be_taken_again_and_the_limit_holds() {
        let budget = Budget::default();
        let all = budget.take(IN_FLIGHT_BYTES_MAX);
        assert!(all.is_some() && budget.take(1).is_none());
        drop(all);
        assert!(budget.take(IN_FLIGHT_BYTES_MAX).is_some());
    }
}
