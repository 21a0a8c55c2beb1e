//! Several clients that capture one document after the other until their gateway dies.

use super::client::{Document, Fate};
use crate::api::Api;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinSet, time::timeout};

/// Clients at work at once.
const CLIENTS: u64 = 6;

/// Clients at work.
pub(super) struct Load(JoinSet<Vec<(Document, Fate)>>);

/// Puts the clients to work; their documents are numbered from `first`.
pub(super) fn start(api: &Api, first: u64) -> Load {
    let next = Arc::new(AtomicU64::new(first));
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        // One of them does not wait for the outcome.
        clients.spawn(client(api.clone(), Arc::clone(&next), number > 0));
    }
    Load(clients)
}

impl Load {
    /// Lets the clients work for a time. None of them ends before the gateway does.
    pub(super) async fn during(mut self, duration: Duration) -> Self {
        if let Ok(Some(ended)) = timeout(duration, self.0.join_next()).await {
            panic!("a client ended while the gateway ran: {:?}", ended.map(|fates| fates.last().cloned()));
        }
        self
    }

    /// What the clients were told, once the gateway is dead.
    pub(super) async fn outcomes(self) -> Vec<(Document, Fate)> {
        self.0.join_all().await.concat()
    }
}

async fn client(api: Api, next: Arc<AtomicU64>, waits: bool) -> Vec<(Document, Fate)> {
    let mut fates = Vec::new();
    loop {
        let document = Document(next.fetch_add(1, Ordering::Relaxed));
        let Ok(answer) = document.send(&api, waits).await else {
            fates.push((document, Fate::Unanswered));
            return fates;
        };
        let fate = if answer.is_captured() {
            Fate::Acknowledged
        } else {
            assert_eq!(answer.status, 202, "{}: {}", document.key(), answer.text());
            let location = answer.header("location");
            Fate::Accepted(location.rsplit('/').next().unwrap_or_default().to_owned())
        };
        fates.push((document, fate));
    }
}
