//! A bounded cache of computed results. Invariant: callers store only results of pure functions, under a digest of all
//! inputs. A cache hit changes only the time that a call takes.

use crate::digest::Digest;
use std::collections::{HashMap, VecDeque};

/// A bounded cache. The oldest entry is evicted first.
#[derive(Debug)]
pub struct Memo<V> {
    known: HashMap<Digest, V>,
    order: VecDeque<Digest>,
    entries_max: usize,
}

impl<V: Clone> Memo<V> {
    /// An empty cache of at most `entries_max` entries.
    pub fn new(entries_max: usize) -> Self {
        Self { known: HashMap::new(), order: VecDeque::new(), entries_max }
    }

    /// The cached answer to a question, `None` when there is none.
    pub fn get(&self, question: &Digest) -> Option<V> {
        self.known.get(question).cloned()
    }

    /// Caches an answer.
    pub fn insert(&mut self, question: Digest, answer: V) {
        if self.known.insert(question, answer).is_none() {
            self.order.push_back(question);
        }
        while self.order.len() > self.entries_max {
            if let Some(oldest) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_answer_is_evicted() {
        let mut memo = Memo::new(2);
        for number in 0..3 {
            memo.insert(Digest([number; 32]), number);
            memo.insert(Digest([number; 32]), number);
        }
        let found: Vec<_> = (0..3).map(|number| memo.get(&Digest([number; 32]))).collect();
        assert_eq!(found, [None, Some(1), Some(2)]);
    }
}
