//! Byte budgets for pending transactions and for messages that wait for a shard. Invariant: the tokens of a budget
//! never exceed its limit together. Dropping a token returns its bytes.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Bytes of transactions that one node holds between submission and their block.
pub const IN_FLIGHT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Bytes of peers' messages that wait for the shards of one node. Messages above the limit are dropped; peers send them
/// again.
pub const REQUESTS_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A byte counter with a limit, shared by its clones.
#[derive(Clone)]
pub(crate) struct Budget {
    taken: Arc<AtomicUsize>,
    bytes_max: usize,
}

/// Bytes taken from a [`Budget`].
pub(crate) struct Token {
    budget: Budget,
    bytes: usize,
}

impl Budget {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { taken: Arc::new(AtomicUsize::new(0)), bytes_max }
    }

    /// Takes bytes; `None` when they would exceed the limit.
    pub(crate) fn take(&self, bytes: usize) -> Option<Token> {
        let before = self.taken.fetch_add(bytes, Ordering::AcqRel);
        let token = Token { budget: self.clone(), bytes };
        (before + bytes <= self.bytes_max).then_some(token)
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.budget.taken.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_bytes_may_be_taken_again_up_to_the_limit() {
        for bytes_max in [IN_FLIGHT_BYTES_MAX, REQUESTS_BYTES_MAX] {
            let budget = Budget::new(bytes_max);
            let all = budget.take(bytes_max);
            assert!(all.is_some() && budget.take(1).is_none());
            drop(all);
            assert!(budget.take(bytes_max).is_some());
        }
    }
}
