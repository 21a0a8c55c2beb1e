//! Starts and stops the network. Invariant: the network runs on its own threads, so a busy gateway cannot delay a vote.
//! [`Network::stop`] ends all of them.

use crate::{
    budget::Budget,
    config::NetworkConfig,
    driver::{Deliveries, Driver},
    error::NetworkError,
    handle::NetworkHandle,
    hello::Known,
    identity,
    inbox::Inbox,
    limit::COMMANDS_MAX,
    roster::Roster,
    swarm,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    runtime::{Builder, Runtime},
    sync::{mpsc, oneshot},
    task::{JoinHandle, spawn_blocking},
};

/// How long stopping waits for the last task, milliseconds.
const STOP_MS_MAX: u64 = 5_000;
/// Batches in the inbox, over all peers.
const INBOX_GOSSIP_MAX: usize = 4_096;

/// A running network. Dropping it also ends it, but does not wait until the ports are free.
#[derive(Debug)]
pub struct Network {
    handle: NetworkHandle,
    addresses: Vec<SocketAddr>,
    stop: Option<oneshot::Sender<()>>,
    driver: Option<JoinHandle<()>>,
    runtime: Option<Runtime>,
}

impl Network {
    /// Starts to listen, dial and accept. Must be called within a tokio runtime, which is only used to wait.
    ///
    /// # Errors
    /// [`NetworkError`]: a limit out of range, an invalid key, or an address that cannot be listened on.
    pub async fn start(config: NetworkConfig) -> Result<(Self, Inbox), NetworkError> {
        let NetworkConfig { chain_id, versions, key, listen, peers, limits } = config;
        limits.check()?;
        let pair = identity::keypair(&key)?;
        let roster = Arc::new(Roster::new(identity::public_key(&pair)?, limits.clone()));
        for peer in peers {
            roster.allow(peer)?;
        }
        let (commands, commanded) = mpsc::channel(COMMANDS_MAX);
        let (messages, inbox_messages) = mpsc::channel(limits.inbox_messages_max);
        let (requests, inbox_requests) = mpsc::channel(limits.inbox_requests_max);
        let (gossip, inbox_gossip) = mpsc::channel(INBOX_GOSSIP_MAX);
        let inbox = Inbox { messages: inbox_messages, requests: inbox_requests, gossip: inbox_gossip };
        let handle =
            NetworkHandle { roster: Arc::clone(&roster), commands, gossip: Budget::new(limits.gossip_queue_bytes_max) };
        let runtime = Builder::new_multi_thread()
            .worker_threads(limits.threads)
            .thread_name("network")
            .enable_all()
            .build()
            .map_err(NetworkError::Threads)?;
        // Owned from here on, so that an early return ends the threads without blocking the caller's runtime.
        let mut network = Self { handle, addresses: Vec::new(), stop: None, driver: None, runtime: Some(runtime) };
        let (stop, stopped) = oneshot::channel();
        let listening = async move {
            let mut swarm = swarm::build(pair, &chain_id, Known::of(versions), &limits)?;
            let mut addresses = Vec::new();
            for asked in listen {
                addresses.push(swarm::listen(&mut swarm, asked).await?);
            }
            Ok((Driver::new(swarm, roster, commanded, Deliveries { messages, requests, gossip }), addresses))
        };
        let (driver, addresses) = network.spawn(listening).await.map_err(|error| task_error(&error))??;
        network.driver = Some(network.spawn(driver.run(stopped)));
        network.addresses = addresses;
        network.stop = Some(stop);
        Ok((network, inbox))
    }

    /// The sending side; handles are cheap to clone.
    pub fn handle(&self) -> NetworkHandle {
        self.handle.clone()
    }

    /// The addresses that it listens on, in the order of the configuration, with the real port where 0 was given.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Closes every connection and listener, and waits until the ports are free again. Queued messages are lost.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // The driver may already have ended.
            let _ = stop.send(());
        }
        if let Some(driver) = self.driver.take()
            && let Err(error) = driver.await
        {
            tracing::error!(%error, "network driver failed");
        }
        if let Some(runtime) = self.runtime.take() {
            let ending = spawn_blocking(move || runtime.shutdown_timeout(Duration::from_millis(STOP_MS_MAX)));
            if let Err(error) = ending.await {
                tracing::error!(%error, "network threads did not end");
            }
        }
    }

    fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.runtime.as_ref().expect("the runtime is taken only when the network ends").spawn(task)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn task_error(error: &tokio::task::JoinError) -> NetworkError {
    NetworkError::Build(error.to_string())
}
