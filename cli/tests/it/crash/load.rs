//! Several clients that capture one document after another until their gateway is killed.

use super::client::{Document, Reply};
use crate::api::Api;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinSet, time::timeout};

/// The number of clients.
const CLIENTS: u64 = 6;

/// Running clients.
pub(super) struct Load(JoinSet<Vec<(Document, Reply)>>);

/// Starts the clients. Their documents are numbered from `first`.
pub(super) fn start(api: &Api, first: u64) -> Load {
    let next = Arc::new(AtomicU64::new(first));
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        // One of the clients does not wait for the outcome.
        clients.spawn(client(api.clone(), Arc::clone(&next), number > 0));
    }
    Load(clients)
}

impl Load {
    /// Lets the clients work for a duration. Fails if a client ends while the gateway runs.
    pub(super) async fn during(mut self, duration: Duration) -> Self {
        if let Ok(Some(ended)) = timeout(duration, self.0.join_next()).await {
            panic!("a client ended while the gateway ran: {:?}", ended.map(|replies| replies.last().cloned()));
        }
        self
    }

    /// Returns the clients' documents with their answers, once the gateway is dead.
    pub(super) async fn outcomes(self) -> Vec<(Document, Reply)> {
        self.0.join_all().await.concat()
    }
}

async fn client(api: Api, next: Arc<AtomicU64>, waits: bool) -> Vec<(Document, Reply)> {
    let mut replies = Vec::new();
    loop {
        let document = Document(next.fetch_add(1, Ordering::Relaxed));
        let Ok(answer) = document.send(&api, waits).await else {
            replies.push((document, Reply::Unanswered));
            return replies;
        };
        let reply = if answer.is_captured() {
            Reply::Acknowledged
        } else {
            assert_eq!(answer.status, 202, "{}: {}", document.key(), answer.text());
            let location = answer.header("location");
            Reply::Accepted(location.rsplit('/').next().unwrap_or_default().to_owned())
        };
        replies.push((document, reply));
    }
}
