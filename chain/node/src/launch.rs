//! Prepares and starts the thread of a recovered shard. Invariant: one named thread owns each shard. When the thread
//! ends, every waiting request gets an answer.

use crate::{
    History, NodeError,
    handle::ShardPort,
    recover::OpenedShard,
    request::{REQUESTS_MAX, Request},
    shard::Shard,
    wire::Wire,
};
use chain_network::Network;
use crossbeam_channel::{Sender, bounded};
use std::{sync::Arc, thread, time::Instant};

/// How the shards of a node follow the chain; see [`crate::NodeConfig`].
pub(crate) struct Settings {
    pub(crate) history: History,
    pub(crate) keep_blocks: Option<u64>,
    pub(crate) executes: bool,
}

/// A shard that is ready to run.
pub(crate) struct ReadyShard {
    shard: Shard,
    pub(crate) port: ShardPort,
}

impl ReadyShard {
    /// Connects a shard to its peers, if there are any, and starts its helper threads.
    pub(crate) fn prepare(
        opened: OpenedShard,
        network: Option<&Network>,
        settings: &Settings,
    ) -> Result<Self, NodeError> {
        let OpenedShard { mut shard, promises, tip } = opened;
        let (sender, requests) = bounded(REQUESTS_MAX);
        shard.requests = requests;
        let committee = Arc::clone(shard.replica.committee());
        shard.wire = network.map(|network| Wire::new(shard.id, network.handle(), shard.key.public_key(), &committee));
        let start = Instant::now();
        let elapsed_us = move || u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        shard.replica.time_building(Box::new(elapsed_us));
        shard.serve_snapshots()?;
        shard.write_promises(promises, sender.clone())?;
        shard.keep_blocks = settings.keep_blocks;
        if !settings.executes {
            shard.replica.apply_write_sets();
        }
        if let History::FromSnapshot { behind } = settings.history {
            shard.replica.join_from_snapshot(behind);
        }
        if shard.wire.is_some() {
            shard.known.send_replace(shard.replica.known_height());
        }
        let port = ShardPort {
            requests: sender,
            tip,
            known: shard.known.subscribe(),
            store: shard.store.clone(),
            lacks_space: Arc::clone(&shard.lacks_space),
        };
        Ok(Self { shard, port })
    }

    /// Starts the shard's thread.
    pub(crate) fn launch(self) -> Result<RunningShard, NodeError> {
        let Self { shard, port } = self;
        let (id, requests) = (shard.id, shard.requests.clone());
        let run = move || {
            if let Err(halt) = shard.run() {
                let cause = std::error::Error::source(&halt).map(ToString::to_string);
                tracing::error!(shard = id.0, cause, "shard halted: {halt}");
            }
            for request in requests.try_iter() {
                request.refuse();
            }
        };
        let thread = thread::Builder::new().name(format!("shard-{id}")).spawn(run);
        let failed = |source| NodeError::File { doing: "starting a shard's thread", source };
        Ok(RunningShard { requests: port.requests, thread: thread.map_err(failed)? })
    }
}

/// A running shard.
pub(crate) struct RunningShard {
    requests: Sender<Request>,
    thread: thread::JoinHandle<()>,
}

impl RunningShard {
    /// Lets the shard finish its block and waits for the end of its thread. Returns whether it was still running.
    pub(crate) fn stop(self) -> bool {
        let was_running = self.requests.send(Request::Stop).is_ok();
        self.thread.join().is_ok() && was_running
    }
}
