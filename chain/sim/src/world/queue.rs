//! The event queue of a world, ordered by time. Invariant: of two events at one time, the one that was queued first
//! happens first.

use crate::{fault::Step, network::Envelope};

/// An event.
pub(crate) enum Event {
    /// A message arrives.
    Arrive(Envelope),
    /// A process reads its clocks.
    Tick(usize),
    /// A process's write, begun in this life, completes.
    Written(usize, u32),
    /// A process's promise write, begun in this life, completes.
    PromiseWritten(usize, u32),
    /// A client submits a transaction.
    Ask(usize),
    /// A fault begins or ends.
    Fault(Step),
    /// The fault period ends.
    Heal,
    /// The world is checked.
    Look,
    /// A machine's duty loop ticks.
    Duty(usize),
    /// A relayer runs a round.
    Relay(usize),
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
