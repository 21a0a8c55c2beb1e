//! The queue of outgoing messages for one peer. Invariant: the cost of the queue never exceeds its budget. The queue is
//! closed while the peer is not connected. Messages leave in order of arrival.

use crate::{budget::Budget, error::SendError};
use bytes::Bytes;
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard},
};
use tokio::sync::Notify;

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Bytes>,
    cost: usize,
    is_open: bool,
}

/// A queue that is bounded by the cost of its messages, in bytes.
#[derive(Debug)]
pub(crate) struct Outbox {
    queue: Mutex<Queue>,
    filled: Notify,
    cost_max: usize,
}

impl Outbox {
    /// Creates a closed, empty queue of at most `bytes_max`.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { queue: Mutex::default(), filled: Notify::new(), cost_max: bytes_max }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("no thread panics while it holds the queue")
    }

    /// Appends a message; never waits.
    ///
    /// # Errors
    /// [`SendError::NotConnected`] while closed, [`SendError::QueueFull`] above the budget.
    pub(crate) fn push(&self, message: Bytes) -> Result<(), SendError> {
        let mut queue = self.queue();
        if !queue.is_open {
            return Err(SendError::NotConnected);
        }
        let cost = queue.cost.saturating_add(Budget::cost(message.len()));
        if cost > self.cost_max {
            return Err(SendError::QueueFull);
        }
        queue.cost = cost;
        queue.messages.push_back(message);
        drop(queue);
        self.filled.notify_one();
        Ok(())
    }

    /// Takes messages from the front until they add up to `bytes`, at least one if there is one.
    pub(crate) fn take(&self, bytes: usize) -> Vec<Bytes> {
        let mut queue = self.queue();
        let mut taken = Vec::new();
        let mut sum = 0_usize;
        while sum < bytes {
            let Some(message) = queue.messages.pop_front() else { break };
            queue.cost = queue.cost.saturating_sub(Budget::cost(message.len()));
            sum = sum.saturating_add(message.len()).saturating_add(1);
            taken.push(message);
        }
        taken
    }

    /// Waits until the queue is not empty.
    pub(crate) async fn filled(&self) {
        while self.queue().messages.is_empty() {
            self.filled.notified().await;
        }
    }

    /// Accepts messages: the peer is connected.
    pub(crate) fn open(&self) {
        self.queue().is_open = true;
    }

    /// Drops what is queued and accepts nothing more: the peer is gone. Returns the number of dropped messages.
    pub(crate) fn close(&self) -> usize {
        let mut queue = self.queue();
        queue.is_open = false;
        queue.cost = 0;
        std::mem::take(&mut queue.messages).len()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.queue().is_open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limit::MESSAGE_OVERHEAD_BYTES;

    #[test]
    fn the_budget_is_exact_to_the_byte_and_is_given_back() {
        let outbox = Outbox::new(2 * (MESSAGE_OVERHEAD_BYTES + 10));
        let message = Bytes::from_static(&[7; 10]);
        assert_eq!(outbox.push(message.clone()), Err(SendError::NotConnected));
        outbox.open();
        assert_eq!(outbox.push(message.clone()), Ok(()));
        assert_eq!(outbox.push(Bytes::from_static(&[7; 11])), Err(SendError::QueueFull));
        assert_eq!(outbox.push(message.clone()), Ok(()));
        assert_eq!(outbox.push(Bytes::new()), Err(SendError::QueueFull));
        assert_eq!(outbox.take(1), vec![message.clone()], "at least one message is taken, however small the batch");
        assert_eq!(outbox.push(message.clone()), Ok(()));
        assert_eq!(outbox.close(), 2);
        assert_eq!(outbox.push(message), Err(SendError::NotConnected));
    }
}
