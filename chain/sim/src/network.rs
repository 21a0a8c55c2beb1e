//! The network. Invariant: it loses, delays, repeats and holds back messages, and never changes or invents one.

use crate::dice::Dice;
use std::{collections::BTreeSet, rc::Rc};

/// Old messages that may be said again.
const ARCHIVE_MAX: usize = 512;

/// How a network treats messages.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// The shortest way, in microseconds.
    pub delay_us_min: u64,
    /// The longest way, in microseconds.
    pub delay_us_max: u64,
    /// How many of a thousand messages are lost.
    pub loss: u64,
    /// How many of a thousand arrive twice.
    pub repeat: u64,
    /// How many of a thousand are held up for long.
    pub hold_up: u64,
    /// After how many of a thousand messages an old one arrives once more.
    pub replay: u64,
}

impl Conditions {
    /// A network without faults.
    pub const GOOD: Self = Self { delay_us_min: 500, delay_us_max: 3_000, loss: 0, repeat: 0, hold_up: 0, replay: 0 };
}

/// A message on its way.
#[derive(Clone)]
pub struct Letter {
    /// The sending process, as the receiver's transport authenticated it.
    pub from: usize,
    /// The receiving process.
    pub to: usize,
    /// The encoded message.
    pub bytes: Rc<Vec<u8>>,
}

/// The network between machines.
pub struct Network {
    /// How it treats messages.
    pub conditions: Conditions,
    /// Which machine's messages do not reach which.
    pub cut: BTreeSet<(usize, usize)>,
    archive: Vec<Letter>,
    dice: Dice,
}

impl Network {
    /// A network.
    pub const fn new(conditions: Conditions, dice: Dice) -> Self {
        Self { conditions, cut: BTreeSet::new(), archive: Vec::new(), dice }
    }

    /// When a letter between two machines arrives, after how many microseconds, each time that it does; and old letters
    /// that arrive as well.
    pub fn send(&mut self, letter: Letter, between: (usize, usize)) -> Vec<(u64, Letter)> {
        let Conditions { delay_us_min, delay_us_max, loss, repeat, hold_up, replay } = self.conditions;
        let mut arrivals = Vec::new();
        if replay > 0 && self.dice.chance(replay) {
            let old = self.dice.pick(&self.archive).cloned();
            arrivals.extend(old.map(|old| (delay_us_max, old)));
        }
        if replay > 0 {
            if self.archive.len() < ARCHIVE_MAX {
                self.archive.push(letter.clone());
            } else {
                let at = self.dice.index(ARCHIVE_MAX);
                self.archive[at] = letter.clone();
            }
        }
        if self.cut.contains(&between) || self.dice.chance(loss) {
            return arrivals;
        }
        let mut delay = || {
            let usual = self.dice.between(delay_us_min, delay_us_max);
            if self.dice.chance(hold_up) { usual + self.dice.below(400_000) } else { usual }
        };
        arrivals.push((delay(), letter.clone()));
        let again = delay();
        if self.dice.chance(repeat) {
            arrivals.push((again, letter));
        }
        arrivals
    }
}
