//! Members of one network, each of which can be stopped and restarted with its folder and address. Invariant: tests
//! wait for heights, never for a fixed time.

use crate::fixture::{TENANT, author, capture, key, operator, parameters, sign_as_operator, sign_for};
use chain_network::{Inbox, Limits, Network, NetworkConfig};
use chain_node::{Final, History, Links, Node, NodeConfig, NodeHandle, Peer, Tip};
use chain_types::{
    Body, Command, Entry, EntryCore, Epoch, Genesis, Height, PROTOCOL_VERSION, Receipt, ShardId, TenantId, TimestampMs,
    Versions, account,
    beacon::{GenesisValidator, Parameters},
    genesis::GenesisBeacon,
    validator::{Validator, ValidatorSet},
};
use std::{
    net::{SocketAddr, TcpListener},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use tempfile::TempDir;
use tokio::sync::watch;

/// The time limit of every wait, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Blocks of an epoch in a group with a beacon.
pub(crate) const EPOCH_BLOCKS: u64 = 4;
/// The bond of each validator in a group with a beacon.
pub(crate) const BOND: u64 = 1_000_000_000;

struct Member {
    folder: TempDir,
    address: SocketAddr,
    node: Option<Node>,
}

/// Validators, and a follower as the last member.
pub(crate) struct Group {
    pub(crate) genesis: Genesis,
    members: Vec<Member>,
}

/// A free port outside of the range that systems assign to outgoing connections, so that none takes it while a member
/// is stopped. Test processes start their search at different offsets.
fn free_port() -> TcpListener {
    const FIRST: u32 = 10_000;
    const COUNT: u32 = 20_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id().wrapping_mul(97);
    let listener = (0..COUNT).find_map(|_| {
        let offset = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let port = u16::try_from(FIRST + offset).expect("below 65,536");
        TcpListener::bind(("127.0.0.1", port)).ok()
    });
    listener.expect("a port is free")
}

/// The byte that fills a member's seed.
pub(crate) fn seed(at: usize) -> u8 {
    0x40 + u8::try_from(at).expect("few members")
}

impl Group {
    /// Starts validators and a follower, and registers the tenant.
    pub(crate) async fn start(validators: usize) -> Self {
        Self::begin(validators, |_| ()).await
    }

    /// As [`Self::start`], with a beacon: short epochs, and validators of equal bonds.
    pub(crate) async fn with_beacon(validators: usize) -> Self {
        Self::with_epochs_of(validators, EPOCH_BLOCKS).await
    }

    /// As [`Self::with_beacon`], with epochs of `epoch_blocks` blocks.
    pub(crate) async fn with_epochs_of(validators: usize, epoch_blocks: u64) -> Self {
        Self::begin(validators, |genesis| {
            let shards = 2;
            let (epoch_ms_min, evidence_ms_min) = (0, 0);
            let parameters = Parameters {
                epoch_blocks,
                epoch_ms_min,
                evidence_ms_min,
                dealing_blocks: 2,
                ..Parameters::consortium(shards)
            };
            let members = (0..validators).map(|at| GenesisValidator {
                operator: TenantId([seed(at); 16]),
                key: key(seed(at)).public_key(),
                network_key: key(seed(at)).public_key(),
                randomness_key: chain_node::randomness_key(&[seed(at); 32]).public(),
                bond: BOND,
            });
            genesis.shards = shards;
            genesis.validators.validators.iter_mut().for_each(|one| one.weight = BOND);
            genesis.beacon = Some(GenesisBeacon { parameters, validators: members.collect() });
        })
        .await
    }

    async fn begin(validators: usize, change: impl FnOnce(&mut Genesis)) -> Self {
        let keys = (0..validators).map(|at| Validator { key: key(seed(at)).public_key(), weight: 1 });
        let mut genesis = Genesis {
            version: PROTOCOL_VERSION,
            name: "network".to_owned(),
            // 1 January 2026.
            timestamp_ms: TimestampMs(1_767_225_600_000),
            salt: [9; 16],
            shards: 1,
            operator: operator().public_key(),
            parameters: parameters(),
            validators: ValidatorSet { epoch: Epoch(0), validators: keys.collect() },
            beacon: None,
        };
        change(&mut genesis);
        // All listeners are held until all ports are known, so that no two are equal.
        let held: Vec<_> = (0..=validators).map(|_| free_port()).collect();
        let members = held.iter().map(|listener| Member {
            folder: tempfile::tempdir().expect("a temporary folder"),
            address: listener.local_addr().expect("the listener has an address"),
            node: None,
        });
        let mut group = Self { genesis, members: members.collect() };
        drop(held);
        for at in 0..=validators {
            group.start_again(at).await;
        }
        group.register(validators, ShardId(0)).await;
        group
    }

    /// Registers [`TENANT`] on a shard, through a member.
    pub(crate) async fn register(&self, through: usize, shard: ShardId) {
        let author = author().public_key();
        let command =
            account::Command::RegisterTenant(account::RegisterTenant { tenant: TENANT, author, partitions: 1 });
        let core = EntryCore { subjects: Vec::new(), command: Command::Account(command) };
        let transaction = sign_as_operator(&self.genesis, vec![Entry { core, body: Body::Public(Vec::new()) }]);
        let handle = self.handle(through);
        let outcome = tokio::time::timeout(PATIENCE, handle.submit(shard, transaction)).await;
        let outcome = outcome.expect("in time").expect("becomes final");
        assert!(matches!(outcome.receipts[..], [Receipt::Applied(_)]));
    }

    /// The path of a member's journal for a shard.
    pub(crate) fn journal(&self, at: usize, shard: ShardId) -> std::path::PathBuf {
        self.members[at].folder.path().join(format!("shard-{shard}")).join("journal")
    }

    pub(crate) fn members(&self) -> usize {
        self.members.len()
    }

    /// Starts a member on its folder.
    pub(crate) async fn start_again(&mut self, at: usize) {
        self.start_with(at, |alone| alone).await;
    }

    /// Starts a member on its folder with only the newest `blocks` blocks kept whole.
    pub(crate) async fn start_keeping(&mut self, at: usize, blocks: u64) {
        self.start_with(at, |alone| NodeConfig { keep_blocks: Some(blocks), ..alone }).await;
    }

    /// Allows all other members at one member.
    pub(crate) fn allow_all(&self, at: usize) {
        self.handle(at).set_members(&self.others(at)).expect("the keys are valid");
    }

    /// Adds a member that knows all others but is allowed only by `host`. Returns its index.
    pub(crate) async fn add_known_to(&mut self, host: usize) -> usize {
        let at = self.members.len();
        let listener = free_port();
        let address = listener.local_addr().expect("the listener has an address");
        drop(listener);
        self.members.push(Member { folder: tempfile::tempdir().expect("a temporary folder"), address, node: None });
        self.allow_all(host);
        self.start_again(at).await;
        at
    }

    /// Connects the bare network of an additional member, without a node, to `host`. The test sends its messages.
    pub(crate) async fn connect_network(&self, host: usize) -> (Network, Inbox) {
        let own = key(seed(self.members.len()));
        let mut members = self.others(host);
        members.push(Peer { key: own.public_key(), addresses: Vec::new() });
        self.handle(host).set_members(&members).expect("the keys are valid");
        let listener = Peer { key: key(seed(host)).public_key(), addresses: vec![self.members[host].address] };
        let config = NetworkConfig {
            chain_id: self.genesis.chain_id(),
            versions: Versions::KNOWN,
            key: [seed(self.members.len()); 32].into(),
            listen: Vec::new(),
            peers: vec![listener],
            limits: Limits::default(),
        };
        Network::start(config).await.expect("the network starts")
    }

    /// Restarts a member with an empty folder. It joins from a snapshot when it lacks more than `behind` blocks.
    pub(crate) async fn join_afresh(&mut self, at: usize, behind: u64) {
        self.begin_afresh(at, |alone| NodeConfig { history: History::FromSnapshot { behind }, ..alone }).await;
    }

    /// Restarts a member with an empty folder. It fetches every block, and executes it or applies its write-set.
    pub(crate) async fn replay_afresh(&mut self, at: usize, executes: bool) {
        self.begin_afresh(at, |alone| NodeConfig { executes, ..alone }).await;
    }

    async fn begin_afresh(&mut self, at: usize, change: impl FnOnce(NodeConfig) -> NodeConfig) {
        self.stop(at).await;
        self.members[at].folder = tempfile::tempdir().expect("a temporary folder");
        self.start_with(at, change).await;
    }

    /// Starts a stopped member on another folder.
    pub(crate) async fn start_in(&mut self, at: usize, folder: TempDir) {
        self.members[at].folder = folder;
        self.start_again(at).await;
    }

    async fn start_with(&mut self, at: usize, change: impl FnOnce(NodeConfig) -> NodeConfig) {
        let node = Node::start(change(self.config(at))).await.expect("a member starts");
        self.members[at].node = Some(node);
    }

    /// The configuration of a member.
    pub(crate) fn config(&self, at: usize) -> NodeConfig {
        let member = &self.members[at];
        let links = Some(Links { listen: vec![member.address], peers: self.others(at) });
        let alone = NodeConfig::alone(member.folder.path().to_owned(), self.genesis.clone(), [seed(at); 32].into());
        NodeConfig { links, ..alone }
    }

    fn others(&self, at: usize) -> Vec<Peer> {
        let others = self.members.iter().enumerate().filter(|(other, _)| *other != at);
        let peer = |(other, member): (usize, &Member)| Peer {
            key: key(seed(other)).public_key(),
            addresses: vec![member.address],
        };
        others.map(peer).collect()
    }

    pub(crate) async fn stop(&mut self, at: usize) {
        let node = self.members[at].node.take().expect("the member is running");
        tokio::task::spawn_blocking(move || node.stop())
            .await
            .expect("the task does not panic")
            .expect("it stops without an error");
    }

    pub(crate) fn handle(&self, at: usize) -> NodeHandle {
        self.members[at].node.as_ref().expect("the member is running").handle()
    }

    pub(crate) fn tip(&self, at: usize) -> watch::Receiver<Tip> {
        self.handle(at).tip(ShardId(0))
    }

    /// Submits one capture at a member.
    pub(crate) async fn capture(&self, at: usize, id: &str) -> Final {
        let transaction = sign_for(&self.genesis, vec![capture(id)]);
        let handle = self.handle(at);
        let outcome = handle.submit(ShardId(0), transaction);
        let Ok(outcome) = tokio::time::timeout(PATIENCE, outcome).await else {
            panic!("{id:?} is not final in time:\n{}", self.report().await);
        };
        outcome.expect("becomes final")
    }

    /// The status of every running member, for the message of a failed wait.
    async fn report(&self) -> String {
        let mut lines = Vec::new();
        for (at, member) in self.members.iter().enumerate() {
            let Some(node) = &member.node else { continue };
            for shard in (0..self.genesis.shards).map(ShardId) {
                let Ok(status) = node.handle().status(shard).await else {
                    lines.push(format!("member {at} shard {shard}: stopped"));
                    continue;
                };
                let (tip, committee, waiting) = (status.tip.height, &status.committee, status.waiting);
                let (epoch, seats) = (committee.epoch(), committee.validators.validators.len());
                let index = status.index;
                lines.push(format!(
                    "member {at} shard {shard}: block {tip}, epoch {epoch} of {seats} seats, its own {index:?}, {waiting} pending"
                ));
            }
        }
        lines.join("\n")
    }

    /// Waits until members have a block.
    pub(crate) async fn wait_for(&self, members: impl IntoIterator<Item = usize>, height: Height) {
        for at in members {
            let mut tip = self.tip(at);
            let reached = tokio::time::timeout(PATIENCE, tip.wait_for(|tip| tip.height >= height)).await;
            reached
                .unwrap_or_else(|_| panic!("member {at} does not reach block {height}"))
                .expect("the member is running");
        }
    }

    /// Waits until a member's shard is in an epoch.
    pub(crate) async fn wait_for_epoch(&self, at: usize, shard: ShardId, epoch: Epoch) {
        let handle = self.handle(at);
        let mut tip = handle.tip(shard);
        let reached = async {
            while handle.status(shard).await.expect("the member is running").committee.epoch() < epoch {
                tip.changed().await.expect("the member is running");
            }
        };
        let reached = tokio::time::timeout(PATIENCE, reached).await;
        reached.unwrap_or_else(|_| panic!("shard {shard} of member {at} does not reach epoch {epoch}"));
    }

    /// Checks that all running members have the same chain, block by block.
    pub(crate) async fn agree(&self) {
        let running: Vec<_> = (0..self.members()).filter(|at| self.members[*at].node.is_some()).collect();
        let least = running.iter().map(|at| self.tip(*at).borrow().height.0).min().unwrap_or_default();
        let mut parent = self.genesis.first_parent(ShardId(0));
        let mut present = self.genesis.hand_over();
        for height in 1..=least {
            let mut digests = Vec::new();
            let mut next = None;
            for at in &running {
                let block = self.handle(*at).block(ShardId(0), Height(height)).await.expect("reads").expect("is there");
                assert_eq!(
                    block.check(self.genesis.chain_id(), &present.committee, &parent),
                    Ok(()),
                    "block {height} at member {at}"
                );
                digests.push(block.header.digest());
                next = block.hand_over().cloned();
            }
            present = next.unwrap_or(present);
            assert!(digests.iter().all(|digest| *digest == digests[0]), "block {height} differs");
            parent = digests[0];
        }
    }
}
