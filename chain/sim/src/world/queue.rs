//! What is to happen, by time. Invariant: of two events of one moment the one that was caused first happens first.

use crate::{fault::Step, network::Letter};

/// Something that happens.
pub(crate) enum Event {
    /// A letter arrives.
    Arrive(Letter),
    /// A process looks at its clock.
    Tick(usize),
    /// A process's disk finished, in the life in which it began.
    Written(usize, u32),
    /// A process's disk finished writing a promise, in this life of it.
    PromiseWritten(usize, u32),
    /// A client asks.
    Ask(usize),
    /// Something goes wrong, or right again.
    Fault(Step),
    /// The faulty time ends.
    Heal,
    /// The world is looked at.
    Look,
    /// A machine's clerk sees to the duties of its validator.
    Duty(usize),
    /// A carrier goes round.
    Carry(usize),
}

pub(super) struct Entry {
    pub(super) time_us: u64,
    pub(super) sequence: u64,
    pub(super) event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.time_us, self.sequence).cmp(&(other.time_us, other.sequence))
    }
}
