//! What happened, as one number. Invariant: two runs with one trace hash had the same events in the same order.

/// A running hash over events (FNV-1a, 64 bits; it guards against accidents, not against enemies).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trace(u64);

impl Default for Trace {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Trace {
    /// Adds an event: when, what kind, where, and its content.
    pub fn add(&mut self, time_us: u64, kind: u8, place: usize, content: &[u8]) {
        for byte in time_us.to_le_bytes().iter().chain(&[kind]).chain(&place.to_le_bytes()).chain(content) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The hash.
    pub const fn hash(self) -> u64 {
        self.0
    }
}
