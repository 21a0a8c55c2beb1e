//! Starts and stops a node. Invariant: one running node owns the data folder. The threads of the shards end before the
//! node does.

use crate::{
    Links, NodeConfig, NodeError, NodeHandle,
    allow_list::AllowList,
    budget::{Budget, IN_FLIGHT_BYTES_MAX, REQUESTS_BYTES_MAX},
    checkpoint,
    clock::Clock,
    duty::DutyLoop,
    folder,
    handle::Shared,
    launch::{ReadyShard, RunningShard, Settings},
    recover::Member,
    restored,
    seed::beacon_secrets,
    verifier::{self, VERIFY_QUEUE_MAX},
    wire::Arrivals,
};
use chain_network::{Inbox, Limits, Network, NetworkConfig};
use chain_replica::Role;
use chain_types::{ChainId, Genesis, SecretKey, ShardId, Versions};
use crossbeam_channel::bounded;
use std::{fs::File, net::SocketAddr, sync::Arc, thread};
use zeroize::Zeroizing;

/// A running node. Dropping it stops it and discards the result. Survives power loss.
pub struct Node {
    handle: NodeHandle,
    shards: Vec<RunningShard>,
    network: Option<Network>,
    addresses: Vec<SocketAddr>,
    duties: Option<DutyLoop>,
    _lock: File,
}

/// The network of a node with peers.
struct Connected {
    network: Network,
    inbox: Inbox,
    allow_list: AllowList,
}

impl Node {
    /// Opens the data folder, recovers every shard, connects to the peers and starts the shards' threads. A node with
    /// links or a beacon has to be started within a tokio runtime.
    ///
    /// # Errors
    /// [`NodeError`] names what is missing, damaged or in use.
    pub async fn start(config: NodeConfig) -> Result<Self, NodeError> {
        let NodeConfig { data_dir, genesis, key, links, history, keep_blocks, executes } = config;
        let secret = SecretKey::from_seed(&key);
        check(&genesis, &secret, links.is_some())?;
        let secrets = beacon_secrets(&key);
        let lock = folder::claim(&data_dir)?;
        checkpoint::clear(&data_dir)?;
        let only_follows = links.is_some() && restored::is_restored(&data_dir)?;
        let (genesis, clock) = (Arc::new(genesis), Arc::new(Clock::start()));
        let chain_id = genesis.chain_id();
        let role = Role { key: secret.public_key(), timing: genesis.parameters.timing };
        let member =
            Member { genesis: Arc::clone(&genesis), key: secret, role, clock: Arc::clone(&clock), only_follows };
        let opened = (0..genesis.shards).map(|index| member.open_shard(&data_dir, ShardId(index)));
        let opened = opened.collect::<Result<Vec<_>, _>>()?;
        let (network, inbox, allow_list) = match links {
            Some(links) => {
                let Connected { network, inbox, allow_list } = connect(links, chain_id, key).await?;
                (Some(network), Some(inbox), Some(allow_list))
            }
            None => (None, None, None),
        };
        let settings = Settings { history, keep_blocks, executes };
        let ready = opened.into_iter().map(|one| ReadyShard::prepare(one, network.as_ref(), &settings));
        let ready = ready.collect::<Result<Vec<_>, _>>()?;
        let ports: Vec<_> = ready.iter().map(|shard| shard.port.clone()).collect();
        let senders: Vec<_> = ports.iter().map(|port| port.requests.clone()).collect();
        let (jobs, queue) = bounded(VERIFY_QUEUE_MAX);
        let threads = thread::available_parallelism().map_or(2, usize::from);
        verifier::start(threads, &queue, &senders)
            .map_err(|source| NodeError::File { doing: "starting a verifier thread", source })?;
        let budget = Budget::new(IN_FLIGHT_BYTES_MAX);
        if let Some(inbox) = inbox {
            let requests = Budget::new(REQUESTS_BYTES_MAX);
            let arrivals = Arrivals { jobs: jobs.clone(), shards: senders, budget: budget.clone(), requests };
            tokio::spawn(arrivals.run(inbox));
        }
        let shards = ready.into_iter().map(ReadyShard::launch).collect::<Result<_, _>>()?;
        let addresses = network.as_ref().map(|network| network.addresses().to_vec()).unwrap_or_default();
        let shared = Shared { genesis, chain_id, jobs, shards: ports, budget, allow_list, clock, data_dir };
        let handle = NodeHandle { shared: Arc::new(shared) };
        let duties = handle.genesis().beacon.is_some().then(|| DutyLoop::start(handle.clone(), secrets));
        Ok(Self { handle, shards, network, addresses, duties, _lock: lock })
    }

    /// The addresses at which it listens for peers.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    pub fn handle(&self) -> NodeHandle {
        self.handle.clone()
    }

    /// Finishes the blocks that are being written and ends the shards' threads.
    ///
    /// # Errors
    /// [`NodeError::Stopped`] when a shard had stopped before.
    pub fn stop(mut self) -> Result<(), NodeError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), NodeError> {
        let mut outcome = Ok(());
        self.duties = None;
        self.network = None;
        for (id, shard) in (0..).map(ShardId).zip(self.shards.drain(..)) {
            if !shard.stop() {
                outcome = Err(NodeError::Stopped { shard: id });
            }
        }
        outcome
    }
}

impl Drop for Node {
    /// Ends the shards' threads before the process unloads RocksDB: they must not be inside it then.
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// Checks the genesis document, and that a node without links is its sole validator.
fn check(genesis: &Genesis, secret: &SecretKey, has_links: bool) -> Result<(), NodeError> {
    genesis.check()?;
    chain_ledger::genesis::beacon(genesis)?;
    let validators = &genesis.validators.validators;
    let is_sole = validators.len() == 1 && validators.iter().any(|one| one.key == secret.public_key());
    if has_links || is_sole { Ok(()) } else { Err(NodeError::ForeignKey) }
}

async fn connect(links: Links, chain_id: ChainId, key: Zeroizing<[u8; 32]>) -> Result<Connected, NodeError> {
    let Links { listen, peers } = links;
    let members = peers.clone();
    let versions = Versions::KNOWN;
    let config = NetworkConfig { chain_id, versions, key, listen, peers, limits: Limits::default() };
    let (network, inbox) = Network::start(config).await.map_err(NodeError::Network)?;
    let allow_list = AllowList::new(network.handle(), &members);
    Ok(Connected { network, inbox, allow_list })
}
