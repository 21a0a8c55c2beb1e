//! How far a socket is: credit, what was sent and what was acknowledged. Invariant: credit never exceeds
//! [`CREDIT_MAX`], and only what was sent is acknowledged.

use crate::error::{ApiError, code as common};
use tokio::sync::watch;

/// The most events that a client may have asked for and not received.
pub const CREDIT_MAX: u64 = 10_000;

/// The progress of a socket.
#[derive(Debug, Default)]
pub(super) struct Progress(watch::Sender<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// How many events may still be sent.
    credit: u64,
    /// The number up to which the client was told of events.
    sent: u64,
    /// The number after which the client continues; `None` before it subscribed.
    acknowledged: Option<u64>,
}

impl Progress {
    /// Begins after a number.
    pub(super) fn begin(&self, after: u64) {
        self.0.send_modify(|state| {
            state.sent = after;
            state.acknowledged = Some(after);
        });
    }

    /// Waits until there is credit, and returns how much.
    pub(super) async fn credit(&self) -> u64 {
        // The sender is not dropped while it is borrowed.
        self.0.subscribe().wait_for(|state| state.credit > 0).await.map_or(0, |state| state.credit)
    }

    /// Adds credit; `pointer` is that of its member.
    ///
    /// # Errors
    /// `request.invalid_field` for none, and above [`CREDIT_MAX`].
    pub(super) fn add_credit(&self, add: u64, pointer: &str) -> Result<(), ApiError> {
        let credit = self.0.borrow().credit.saturating_add(add);
        if add == 0 || credit > CREDIT_MAX {
            let detail = format!("A client gives 1 to {CREDIT_MAX} events of credit, and has at most as much in all.");
            return Err(invalid(pointer, detail));
        }
        self.0.send_modify(|state| state.credit = credit);
        Ok(())
    }

    /// Notes that events are about to be sent, up to a number.
    pub(super) fn note_sent(&self, events: u64, read_to: u64) {
        self.0.send_modify(|state| {
            state.credit = state.credit.saturating_sub(events);
            state.sent = state.sent.max(read_to);
        });
    }

    /// Notes that the client is done with the events up to a number. A lower one than before changes nothing.
    ///
    /// # Errors
    /// `request.invalid_field` for a number that was not sent.
    pub(super) fn acknowledge(&self, number: u64) -> Result<(), ApiError> {
        let State { sent, acknowledged, .. } = *self.0.borrow();
        if number > sent {
            return Err(invalid("/sequence", format!("The last number that was sent is {sent}.")));
        }
        self.0.send_modify(|state| state.acknowledged = acknowledged.max(Some(number)));
        Ok(())
    }

    /// The number up to which the client is done; `None` before it subscribed.
    pub(super) fn acknowledged(&self) -> Option<u64> {
        self.0.borrow().acknowledged
    }
}

fn invalid(pointer: &str, detail: String) -> ApiError {
    let fault = detail.clone();
    ApiError::new(&common::INVALID_FIELD, detail).at(pointer, common::INVALID_FIELD.name, fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    #[test]
    fn credit_is_spent_and_bounded() {
        let progress = Progress::default();
        assert_eq!(progress.credit().now_or_never(), None);
        assert!(progress.add_credit(0, "/add").is_err());
        progress.add_credit(CREDIT_MAX, "/add").map_err(|error| error.code().name).expect("at the limit");
        assert_eq!(progress.add_credit(1, "/add").map_err(|error| error.code().name), Err("request.invalid_field"));
        assert!(progress.add_credit(u64::MAX, "/add").is_err());
        progress.note_sent(2, 7);
        assert_eq!(progress.credit().now_or_never(), Some(CREDIT_MAX - 2));
        progress.note_sent(CREDIT_MAX - 2, CREDIT_MAX);
        assert_eq!(progress.credit().now_or_never(), None);
    }

    #[test]
    fn only_what_was_sent_is_acknowledged() {
        let progress = Progress::default();
        assert_eq!(progress.acknowledged(), None);
        progress.begin(3);
        assert_eq!(progress.acknowledged(), Some(3), "the client continues where it began");
        assert!(progress.acknowledge(4).is_err());
        progress.note_sent(1, 5);
        for (number, expected) in [(5, 5), (4, 5)] {
            progress.acknowledge(number).map_err(|error| error.code().name).expect("was sent");
            assert_eq!(progress.acknowledged(), Some(expected));
        }
    }
}
