//! Starting and stopping a node. Invariant: a shard starts from whole, matching data or not at all; what was signed is
//! never signed differently.

use crate::{
    NodeError, NodeHandle, Tip,
    allow_list::AllowList,
    budget::{Budget, IN_FLIGHT_BYTES_MAX, REQUESTS_BYTES_MAX},
    clock::Clock,
    disk::DiskWatch,
    duty::Clerk,
    format,
    handle::{ShardPort, Shared},
    journal::Journal,
    promise::PromiseFile,
    reply::Waiting,
    shard::{REQUESTS_MAX, Request, Shard},
    verifier::{self, VERIFY_QUEUE_MAX},
    wire::{Arrivals, Wire},
};
use chain_beacon::{Secrets, randomness::RandomnessKey};
use chain_network::{Inbox, Limits, Network, NetworkConfig, Peer};
use chain_replica::{Recovered, Replica, Role, Totals};
use chain_state::State;
use chain_store::Store;
use chain_types::{
    Certificate, Digest, Genesis, Height, SecretKey, ShardId, Versions,
    digest::{Tag, hash},
};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::{
    fs::{File, OpenOptions, TryLockError},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Instant,
};
use tokio::sync::watch;
use zeroize::Zeroizing;

/// What a node needs to start.
pub struct NodeConfig {
    /// The folder that holds the shards; it belongs to this node alone.
    pub data_dir: PathBuf,
    /// The chain.
    pub genesis: Genesis,
    /// The seed of the node's key, by which its peers know it. A validator votes with it; a key that is not in the
    /// genesis document makes a follower.
    pub key: Zeroizing<[u8; 32]>,
    /// The way to its peers; `None` for a validator that decides alone.
    pub links: Option<Links>,
    /// Which blocks it fetches when it has none.
    pub history: History,
    /// How many of the newest blocks it keeps whole; `None` for all. Members should keep [`crate::KEEP_BLOCKS_MIN`] or more:
    /// who is behind gets from them what they keep.
    pub keep_blocks: Option<u64>,
    /// Whether it executes every block. Otherwise it does where it has a vote, and elsewhere applies the write-sets that a
    /// quorum certified [P8].
    pub executes: bool,
}

impl NodeConfig {
    /// A validator that decides alone.
    pub fn alone(data_dir: PathBuf, genesis: Genesis, key: Zeroizing<[u8; 32]>) -> Self {
        Self { data_dir, genesis, key, links: None, history: History::Whole, keep_blocks: None, executes: false }
    }
}

/// Which blocks a node that has none yet fetches from its peers [P9].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum History {
    /// All of them, from block 1, as whoever indexes them needs.
    Whole,
    /// Those from a snapshot of the state on, where it lacks more than so many; see [`chain_replica::JOIN_BEHIND_BLOCKS`].
    FromSnapshot {
        /// How many.
        behind: u64,
    },
}

/// How a node reaches its peers.
pub struct Links {
    /// Where it listens; port 0 takes a free one.
    pub listen: Vec<SocketAddr>,
    /// Whom it talks to: validators and followers, by their keys.
    pub peers: Vec<Peer>,
}

/// A running node; dropping it is [`Node::stop`] without the outcome. A plug that is pulled it survives.
pub struct Node {
    handle: NodeHandle,
    shards: Vec<(Sender<Request>, thread::JoinHandle<()>)>,
    network: Option<Network>,
    addresses: Vec<SocketAddr>,
    clerk: Option<Clerk>,
    _lock: File,
}

impl Node {
    /// Opens the data folder, recovers every shard, reaches for the peers and starts the shards' threads. With links it
    /// must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`NodeError`] names what is missing, damaged or in use.
    pub async fn start(config: NodeConfig) -> Result<Self, NodeError> {
        let NodeConfig { data_dir, genesis, key, links, history, keep_blocks, executes } = config;
        genesis.check()?;
        chain_ledger::genesis::beacon(&genesis)?;
        let secret = SecretKey::from_seed(&key);
        let is_validator = genesis.validators.validators.iter().any(|one| one.key == secret.public_key());
        if links.is_none() && !(is_validator && genesis.validators.validators.len() == 1) {
            return Err(NodeError::ForeignKey);
        }
        let secrets = beacon_secrets(&key);
        let lock = lock(&data_dir)?;
        format::check_format(&data_dir)?;
        format::mark(&data_dir)?;
        let genesis = Arc::new(genesis);
        let chain_id = genesis.chain_id();
        let role = Role { key: secret.public_key(), timing: genesis.parameters.timing };
        let clock = Arc::new(Clock::start());
        let opened: Vec<_> = (0..genesis.shards)
            .map(|index| open_shard(&data_dir, &genesis, ShardId(index), &role, secret.clone(), &clock))
            .collect::<Result<_, _>>()?;
        let (network, inbox, allow_list) = match links {
            Some(Links { listen, peers }) => {
                let members = peers.clone();
                let versions = Versions::KNOWN;
                let config = NetworkConfig { chain_id, versions, key, listen, peers, limits: Limits::default() };
                let (network, inbox) = Network::start(config).await.map_err(NodeError::Network)?;
                let allow_list = AllowList::new(network.handle(), &members);
                (Some(network), Some(inbox), Some(allow_list))
            }
            None => (None, None, None),
        };
        let (mut ports, mut parts) = (Vec::new(), Vec::new());
        for (mut shard, promises, tip) in opened {
            let (sender, requests) = bounded(REQUESTS_MAX);
            let committee = Arc::clone(shard.replica.committee());
            shard.wire = network
                .as_ref()
                .map(|network| Wire::new(shard.id, network.handle(), shard.key.public_key(), &committee));
            let start = Instant::now();
            let elapsed_us = move || u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
            shard.replica.time_building(Box::new(elapsed_us));
            shard.serve_snapshots()?;
            shard.promise_through(promises, sender.clone())?;
            shard.keep_blocks = keep_blocks;
            if !executes {
                shard.replica.apply_write_sets();
            }
            if let History::FromSnapshot { behind } = history {
                shard.replica.join_from_snapshot(behind);
            }
            if shard.wire.is_some() {
                shard.known.send_replace(shard.replica.known_height());
            }
            let known = shard.known.subscribe();
            ports.push(ShardPort { requests: sender, tip, known, store: shard.store.clone() });
            parts.push((shard, requests));
        }
        let senders: Vec<_> = ports.iter().map(|port| port.requests.clone()).collect();
        let (jobs, queue) = bounded(VERIFY_QUEUE_MAX);
        let threads = thread::available_parallelism().map_or(2, usize::from);
        verifier::start(threads, &queue, &senders)
            .map_err(|source| NodeError::File { doing: "starting a verifier thread", source })?;
        let budget = Budget::new(IN_FLIGHT_BYTES_MAX);
        let requests = Budget::new(REQUESTS_BYTES_MAX);
        let (to_check, to_shards) = (jobs.clone(), senders.clone());
        start_arrivals(inbox, Arrivals { jobs: to_check, shards: to_shards, budget: budget.clone(), requests });
        let shards = parts
            .into_iter()
            .zip(senders)
            .map(|((shard, requests), sender)| Ok((sender, spawn(shard, requests)?)))
            .collect::<Result<_, NodeError>>()?;
        let addresses = network.as_ref().map(|network| network.addresses().to_vec()).unwrap_or_default();
        let shared = Shared { genesis, chain_id, jobs, shards: ports, budget, allow_list, clock };
        let handle = NodeHandle { shared: Arc::new(shared) };
        let clerk = handle.genesis().beacon.is_some().then(|| Clerk::start(handle.clone(), secrets));
        Ok(Self { handle, shards, network, addresses, clerk, _lock: lock })
    }

    /// Where it listens for peers.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
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
        self.clerk = None;
        self.network = None;
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

/// What a validator derives from its seed. One key serves a member for all; each use has a tag of its own.
pub fn beacon_secrets(seed: &[u8; 32]) -> Secrets {
    Secrets {
        key: SecretKey::from_seed(seed),
        randomness: randomness_key(seed),
        entropy: hash(Tag::RANDOMNESS, &[b"entropy", seed]).0,
    }
}

/// The randomness key of a validator's seed [P17].
pub fn randomness_key(seed: &[u8; 32]) -> RandomnessKey {
    RandomnessKey::from_seed(&hash(Tag::RANDOMNESS, &[b"key", seed]).0)
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

fn shard_folder(data_dir: &Path, shard: ShardId) -> PathBuf {
    data_dir.join(format!("shard-{shard}"))
}

/// The folder of a shard's store below a node's data folder, for whoever reads the blocks of a node that does not run.
pub fn store_folder(data_dir: &Path, shard: ShardId) -> PathBuf {
    shard_folder(data_dir, shard).join("store")
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

/// Takes in what peers send, on the caller's runtime, until the network ends.
fn start_arrivals(inbox: Option<Inbox>, arrivals: Arrivals) {
    if let Some(inbox) = inbox {
        tokio::spawn(arrivals.run(inbox));
    }
}

fn open_shard(
    data_dir: &Path,
    genesis: &Arc<Genesis>,
    id: ShardId,
    role: &Role,
    key: SecretKey,
    clock: &Arc<Clock>,
) -> Result<(Shard, PromiseFile, watch::Receiver<Tip>), NodeError> {
    let failed = |source| NodeError::Store { shard: id, source };
    let folder = shard_folder(data_dir, id);
    std::fs::create_dir_all(&folder)
        .map_err(|source| NodeError::File { doing: "creating a shard's folder", source })?;
    let store = Store::open(&store_folder(data_dir, id)).map_err(failed)?;
    let journal = Journal::open(&folder.join("journal"))
        .map_err(|source| NodeError::File { doing: "opening the journal", source })?;
    let (promises, owed) = PromiseFile::open(&folder.join("promises"))
        .map_err(|source| NodeError::File { doing: "opening the promises", source })?;
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
    let deltas = stored.map_or_else(|| Ok(Vec::new()), |stored| store.deltas(&stored)).map_err(failed)?;
    let kept = store.held(height.next()).map_err(failed)?;
    let held = kept.iter().map(|(header, _)| (header.height, header.digest())).collect();
    let recovered = Recovered {
        tip,
        deltas,
        seen: store.seen().map_err(failed)?,
        memory: journal.memory(),
        held: kept,
        owed,
        voted: journal.height(),
    };
    let first = store.first_block().map_err(failed)?.unwrap_or(Height(1));
    let state = State::restore(store.clone(), store.nodes().map_err(failed)?);
    let replica = Replica::recover(Arc::clone(genesis), id, role, state, recovered)
        .map_err(|source| NodeError::Recovery { shard: id, source })?;
    let committee = replica.committee();
    let epoch = committee.epoch();
    let is_led_to = epoch == genesis.validators.epoch || store.hand_over(epoch).map_err(failed)?.is_some();
    if !is_led_to {
        return Err(failed(chain_store::StoreError::Missing { what: "hand-over to the epoch", height: height.next() }));
    }
    if committee.me.is_some() {
        let tip = replica.tip().map(|(header, certificate)| (header.digest(), certificate));
        let is_sole = committee.is_sole();
        check_journal(&journal, height, tip, replica.seat_at_tip(), is_sole)
            .map_err(|voted| NodeError::LostBlocks { shard: id, tip: height, voted })?;
    }
    let index = committee.me;
    let totals = replica.totals();
    let timestamp_ms = replica.tip().map_or(genesis.timestamp_ms, |(header, _)| header.timestamp_ms);
    let (sender, receiver) = watch::channel(Tip {
        height,
        digest: replica.tip_digest(),
        timestamp_ms,
        records: totals.records,
        transactions: totals.transactions,
    });
    let shard = Shard {
        id,
        key,
        role: role.clone(),
        index,
        replica,
        store,
        journal,
        disk: DiskWatch::new(folder),
        clock: Arc::clone(clock),
        flushed: stored.map_or(Height(0), |stored| stored.flushed),
        first,
        keep_blocks: None,
        tip: sender,
        known: watch::Sender::new(Some(height)),
        waiting: Waiting::default(),
        wire: None,
        promising: None,
        serving: None,
        accusations: Vec::new(),
        outdated: None,
        held,
    };
    Ok((shard, promises, receiver))
}

/// Whether a validator's store and journal are of one life: voting on with an old copy of either could contradict what
/// was said. Otherwise the highest height that the journal knows.
///
/// A validator alone has lost for good what its store lacks. Among others it catches up, but a journal that does not
/// know the votes under the store's last block is an old one, or none. `seat` is its index in that block's committee.
fn check_journal(
    journal: &Journal,
    height: Height,
    tip: Option<(Digest, &Certificate)>,
    seat: Option<u16>,
    is_sole: bool,
) -> Result<(), Height> {
    let voted = journal.height();
    let signed =
        tip.is_some_and(|(_, certificate)| certificate.signatures.iter().any(|(signer, _)| Some(*signer) == seat));
    let is_old_journal = signed && voted < height;
    let has_lost = is_sole && (journal.persisted() > height || voted > height.next());
    let is_foreign = is_sole
        && voted == height
        && journal.ends_with_finalise()
        && journal.last_block() != tip.map(|(digest, _)| digest);
    if is_old_journal || has_lost || is_foreign { Err(voted.max(journal.persisted())) } else { Ok(()) }
}
