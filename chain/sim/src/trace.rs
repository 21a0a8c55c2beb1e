//! A hash of all events of a run. Invariant: equal traces mean equal events in the same order, except for accidental
//! collisions.

/// A running FNV-1a hash of 64 bits. It is not collision resistant against an adversary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trace(u64);

impl Default for Trace {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Trace {
    /// Adds an event: its time, kind, process and content.
    pub fn add(&mut self, time_us: u64, kind: u8, place: usize, content: &[u8]) {
        for byte in time_us.to_le_bytes().iter().chain(&[kind]).chain(&place.to_le_bytes()).chain(content) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub const fn hash(self) -> u64 {
        self.0
    }
}
