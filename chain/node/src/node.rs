//! Starting and stopping a node. Invariant: a shard starts from whole, matching data or not at all; what was signed is
//! never signed differently.

use crate::{
    NodeError, NodeHandle, Tip,
    budget::Budget,
    disk::DiskWatch,
    handle::{ShardPort, Shared},
    reply::Waiting,
    safety::SafetyRecord,
    shard::{REQUESTS_MAX, Request, Shard},
    verifier::{self, VERIFY_QUEUE_MAX},
};
use chain_replica::{Recovered, Replica, Totals};
use chain_state::State;
use chain_store::Store;
use chain_types::{Genesis, Height, SecretKey, ShardId, View};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};
use tokio::sync::watch;

/// What a node needs to start.
pub struct NodeConfig {
    /// The folder that holds the shards; it belongs to this node alone.
    pub data_dir: PathBuf,
    /// The chain.
    pub genesis: Genesis,
    /// The validator's key.
    pub validator: SecretKey,
}

/// A running node; dropping it is [`Node::stop`] without the outcome. A plug that is pulled it survives.
pub struct Node {
    handle: NodeHandle,
    shards: Vec<(Sender<Request>, thread::JoinHandle<()>)>,
    _lock: File,
}

impl Node {
    /// Opens the data folder, recovers every shard and starts its thread.
    ///
    /// # Errors
    /// [`NodeError`] names what is missing, damaged or in use.
    pub fn start(config: NodeConfig) -> Result<Self, NodeError> {
        config.genesis.check()?;
        let is_sole_validator = config.genesis.validators.validators.len() == 1
            && config.genesis.validators.validators[0].key == config.validator.public_key();
        if !is_sole_validator {
            return Err(NodeError::ForeignKey);
        }
        let lock = lock(&config.data_dir)?;
        let genesis = Arc::new(config.genesis);
        let (mut ports, mut parts) = (Vec::new(), Vec::new());
        for index in 0..genesis.shards {
            let id = ShardId(index);
            let (shard, tip) = open_shard(&config.data_dir, &genesis, id, config.validator.clone())?;
            let (sender, requests) = bounded(REQUESTS_MAX);
            ports.push(ShardPort { requests: sender, tip, store: shard.store.clone() });
            parts.push((shard, requests));
        }
        let senders: Vec<_> = ports.iter().map(|port| port.requests.clone()).collect();
        let (jobs, queue) = bounded(VERIFY_QUEUE_MAX);
        let threads = thread::available_parallelism().map_or(2, usize::from);
        verifier::start(threads, &queue, &senders)
            .map_err(|source| NodeError::File { doing: "starting a verifier thread", source })?;
        let shards = parts
            .into_iter()
            .zip(senders)
            .map(|((shard, requests), sender)| Ok((sender, spawn(shard, requests)?)))
            .collect::<Result<_, NodeError>>()?;
        let chain_id = genesis.chain_id();
        let shared = Shared { genesis, chain_id, jobs, shards: ports, budget: Budget::default() };
        Ok(Self { handle: NodeHandle { shared: Arc::new(shared) }, shards, _lock: lock })
    }

    /// A handle to the node.
    pub fn handle(&self) -> NodeHandle {
        self.handle.clone()
    }

    /// Finishes the blocks under way and ends the shards' threads.
    ///
    /// # Errors
    /// [`NodeError::Stopped`] when a shard had stopped before.
    pub fn stop(mut self) -> Result<(), NodeError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), NodeError> {
        let mut outcome = Ok(());
        for (index, (sender, thread)) in self.shards.drain(..).enumerate() {
            let sent = sender.send(Request::Stop).is_ok();
            if thread.join().is_err() || !sent {
                outcome = Err(NodeError::Stopped { shard: ShardId(u16::try_from(index).unwrap_or(u16::MAX)) });
            }
        }
        outcome
    }
}

impl Drop for Node {
    /// A process that ends early ends its shards first: their threads must not be inside RocksDB when it unloads.
    fn drop(&mut self) {
        let _ = self.end();
    }
}

fn spawn(shard: Shard, requests: Receiver<Request>) -> Result<thread::JoinHandle<()>, NodeError> {
    let id = shard.id;
    let run = move || {
        if let Err(halt) = shard.run(&requests) {
            let cause = std::error::Error::source(&halt).map(ToString::to_string);
            tracing::error!(shard = id.0, cause, "shard halted: {halt}");
        }
        for request in requests.try_iter() {
            request.refuse();
        }
    };
    let thread = thread::Builder::new().name(format!("shard-{id}")).spawn(run);
    thread.map_err(|source| NodeError::File { doing: "starting a shard's thread", source })
}

/// Takes the folder for this process.
fn lock(folder: &Path) -> Result<File, NodeError> {
    let failed = |doing| move |source| NodeError::File { doing, source };
    std::fs::create_dir_all(folder).map_err(failed("creating the data folder"))?;
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    let file = file.map_err(failed("opening the lock file"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(NodeError::Locked { folder: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(NodeError::File { doing: "locking the data folder", source }),
    }
}

fn open_shard(
    data_dir: &Path,
    genesis: &Arc<Genesis>,
    id: ShardId,
    key: SecretKey,
) -> Result<(Shard, watch::Receiver<Tip>), NodeError> {
    let failed = |source| NodeError::Store { shard: id, source };
    let folder = data_dir.join(format!("shard-{id}"));
    std::fs::create_dir_all(&folder)
        .map_err(|source| NodeError::File { doing: "creating a shard's folder", source })?;
    let store = Store::open(&folder.join("store")).map_err(failed)?;
    let safety = SafetyRecord::open(&folder.join("safety"))
        .map_err(|source| NodeError::File { doing: "opening the safety record", source })?;
    let stored = store.tip().map_err(failed)?;
    let tip = match &stored {
        Some(stored) => {
            let missing = chain_store::StoreError::Missing { what: "block", height: stored.height };
            let block = store.block(stored.height).map_err(failed)?.ok_or_else(|| failed(missing))?;
            let totals = Totals { transactions: stored.transactions, records: stored.records };
            Some((block.header, block.certificate, totals))
        }
        None => None,
    };
    let height = stored.map_or(Height(0), |stored| stored.height);
    let digest = tip.as_ref().map(|(header, ..)| header.digest());
    let view = next_view(&safety, height, digest).ok_or_else(|| NodeError::LostBlocks {
        shard: id,
        tip: height,
        voted: safety.last().unwrap_or_default().0.max(safety.persisted()),
    })?;
    let deltas = stored.map_or_else(|| Ok(Vec::new()), |stored| store.deltas(&stored)).map_err(failed)?;
    let seen = store.seen().map_err(failed)?;
    let state = State::restore(store.clone(), store.nodes().map_err(failed)?);
    let recovered = Recovered { tip, deltas, seen, view };
    let replica = Replica::recover(Arc::clone(genesis), id, state, recovered)
        .map_err(|source| NodeError::Recovery { shard: id, source })?;
    let totals = replica.totals();
    let timestamp_ms = replica.tip().map_or(genesis.timestamp_ms, |(header, _)| header.timestamp_ms);
    let (sender, receiver) = watch::channel(Tip {
        height,
        digest: replica.tip_digest(),
        timestamp_ms,
        records: totals.records,
        transactions: totals.transactions,
    });
    let flushed = stored.map_or(Height(0), |stored| stored.flushed);
    let disk = DiskWatch::new(folder);
    let shard = Shard { id, key, replica, store, safety, disk, flushed, tip: sender, waiting: Waiting::default() };
    Ok((shard, receiver))
}

/// The view to propose the next block in, or `None` when the store does not fit what was voted for. A vote for the
/// block after the tip was recorded but its block was lost before anyone heard of it: a later view replaces it. A store
/// behind the mark of what it acknowledged has lost a block that others may have heard of.
fn next_view(safety: &SafetyRecord, tip: Height, digest: Option<chain_types::Digest>) -> Option<View> {
    if safety.persisted() > tip {
        return None;
    }
    match safety.last() {
        None => (tip == Height(0)).then_some(View(0)),
        Some((voted, _, block)) if voted == tip => (Some(block) == digest).then_some(View(0)),
        Some((voted, view, _)) if voted == tip.next() => Some(View(view.0 + 1)),
        Some(_) => None,
    }
}
