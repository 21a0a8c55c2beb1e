//! The simulated network between machines. Invariant: the network can lose, delay, duplicate and replay messages. The
//! network never changes or creates a message.

use crate::dice::Dice;
use std::{collections::BTreeSet, rc::Rc};

/// The number of old messages that can be replayed.
const ARCHIVE_MAX: usize = 512;

/// The conditions of the network.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// The minimum latency, in microseconds.
    pub delay_us_min: u64,
    /// The maximum latency, in microseconds.
    pub delay_us_max: u64,
    /// Lost messages, per mille.
    pub loss: u64,
    /// Duplicated messages, per mille.
    pub repeat: u64,
    /// Messages with up to 400 ms of additional latency, per mille.
    pub hold_up: u64,
    /// Replays of an old message, per mille of the sent messages.
    pub replay: u64,
}

impl Conditions {
    pub const GOOD: Self = Self { delay_us_min: 500, delay_us_max: 3_000, loss: 0, repeat: 0, hold_up: 0, replay: 0 };
}

/// A message in flight.
#[derive(Clone)]
pub struct Envelope {
    /// The sending process, as authenticated by the transport.
    pub from: usize,
    /// The receiving process.
    pub to: usize,
    /// The encoded message.
    pub bytes: Rc<Vec<u8>>,
}

/// The network between machines.
pub struct Network {
    pub conditions: Conditions,
    /// The pairs of machines (sender, receiver) whose messages are dropped.
    pub cut: BTreeSet<(usize, usize)>,
    archive: Vec<Envelope>,
    dice: Dice,
}

impl Network {
    pub const fn new(conditions: Conditions, dice: Dice) -> Self {
        Self { conditions, cut: BTreeSet::new(), archive: Vec::new(), dice }
    }

    /// Returns the arrivals that a send causes, each with its latency in microseconds: the message, a duplicate of it
    /// and a replayed old message, as drawn. `between` are the sending and the receiving machine.
    pub fn send(&mut self, envelope: Envelope, between: (usize, usize)) -> Vec<(u64, Envelope)> {
        let Conditions { delay_us_min, delay_us_max, loss, repeat, hold_up, replay } = self.conditions;
        let mut arrivals = Vec::new();
        if replay > 0 && self.dice.chance(replay) {
            let old = self.dice.pick(&self.archive).cloned();
            arrivals.extend(old.map(|old| (delay_us_max, old)));
        }
        if replay > 0 {
            if self.archive.len() < ARCHIVE_MAX {
                self.archive.push(envelope.clone());
            } else {
                let at = self.dice.index(ARCHIVE_MAX);
                self.archive[at] = envelope.clone();
            }
        }
        if self.cut.contains(&between) || self.dice.chance(loss) {
            return arrivals;
        }
        let mut delay = || {
            let usual = self.dice.between(delay_us_min, delay_us_max);
            if self.dice.chance(hold_up) { usual + self.dice.below(400_000) } else { usual }
        };
        arrivals.push((delay(), envelope.clone()));
        let again = delay();
        if self.dice.chance(repeat) {
            arrivals.push((again, envelope));
        }
        arrivals
    }
}
