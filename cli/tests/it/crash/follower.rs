//! A client that follows the stream of events, and continues it after each crash where it broke off.

use super::told::Told;
use crate::{api::Api, poll::until};
use std::sync::{Arc, Mutex};
use tokio_util::task::AbortOnDropHandle;

/// The numbers of the events that arrived, in their order.
#[derive(Clone, Default)]
pub(super) struct Follower(Arc<Mutex<Vec<u64>>>);

impl Follower {
    /// Follows a gateway until it ends.
    pub(super) async fn follow(&self, api: &Api) -> AbortOnDropHandle<()> {
        let after = self.last().to_string();
        let mut stream = api.open("/v1/events/stream", &[("last-event-id", after.as_str())]).await;
        let numbers = Arc::clone(&self.0);
        AbortOnDropHandle::new(tokio::spawn(async move {
            let mut text = Vec::new();
            // The gateway is killed, so the stream breaks off anywhere. Only whole events count.
            while let Ok(Some(part)) = stream.chunk().await {
                text.extend_from_slice(&part);
                while let Some(end) = text.windows(2).position(|two| two == b"\n\n") {
                    let event: Vec<u8> = text.drain(..end + 2).collect();
                    numbers.lock().expect("nobody panicked").extend(number_of(&event));
                }
            }
        }))
    }

    /// Waits for all events up to a number, and asserts that each arrived once, in order.
    pub(super) async fn assert_complete(&self, newest: u64) {
        until("every event in the stream", async || (self.last() >= newest).then_some(())).await;
        let numbers = self.0.lock().expect("nobody panicked");
        assert_eq!(*numbers, (1..=newest).collect::<Vec<_>>());
    }

    fn last(&self) -> u64 {
        self.0.lock().expect("nobody panicked").last().copied().unwrap_or(0)
    }
}

/// The number of an event; none of a comment.
fn number_of(event: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(event).expect("UTF-8");
    let data = text.lines().find_map(|line| line.strip_prefix("data: "))?;
    Some(Told::of(data.as_bytes()).number)
}
