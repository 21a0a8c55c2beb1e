//! Four validators on loopback that decide two shards together, with two tenants on both shards and a client's
//! operations across shards. Invariant: tests wait for a state, which is checked whenever a block becomes final.

use chain_atomic::audit::{Audit, Totals};
use chain_node::{Links, Node, NodeConfig, NodeHandle, Peer};
use chain_types::{
    Body, ChainParameters, Command, Entry, EntryCore, Epoch, Event, Genesis, Height, Mode, PROTOCOL_VERSION, Receipt,
    SecretKey, ShardId, TenantId, TimestampMs, account,
    atomic::{self, Bundle, BundleId, BundleKey, Leg, Lock, LockKey, LockPhase, Opening},
    native::{self, Amount, BalanceKey, TREASURY},
    state::TypedKey,
    transaction::Draft,
    validator::{Validator, ValidatorSet},
};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

const VALIDATORS: u8 = 4;
pub(crate) const HERE: ShardId = ShardId(0);
pub(crate) const THERE: ShardId = ShardId(1);
pub(crate) const ALICE: TenantId = TenantId([0xa1; 16]);
pub(crate) const BOB: TenantId = TenantId([0xb0; 16]);
/// The distance of a deadline that is never reached during a test, in milliseconds.
pub(crate) const NEVER_MS: u64 = 3_600_000;
/// The initial balance of [`ALICE`] on [`HERE`].
pub(crate) const GRANT: u64 = 1_000_000;

pub(crate) struct Cluster {
    nodes: Vec<Node>,
    pub(crate) folder: TempDir,
}

fn seed(index: u8) -> [u8; 32] {
    [0x40 + index; 32]
}

pub(crate) fn operator() -> SecretKey {
    SecretKey::from_seed(&[0xee; 32])
}

fn author(tenant: TenantId) -> SecretKey {
    if tenant == TREASURY { operator() } else { SecretKey::from_seed(&[tenant.0[0]; 32]) }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is after 1970");
    u64::try_from(since.as_millis()).expect("fits")
}

fn genesis() -> Genesis {
    let keys = (0..VALIDATORS).map(|index| SecretKey::from_seed(&seed(index)).public_key());
    Genesis {
        version: PROTOCOL_VERSION,
        name: "cluster".to_owned(),
        // 1 January 2026.
        timestamp_ms: TimestampMs(1_767_225_600_000),
        salt: [2; 16],
        shards: 2,
        operator: operator().public_key(),
        parameters: ChainParameters::default(),
        validators: ValidatorSet {
            epoch: Epoch(0),
            validators: keys.map(|key| Validator { key, weight: 1 }).collect(),
        },
        beacon: None,
    }
}

impl Cluster {
    /// Starts the validators, registers the tenants on both shards and grants [`ALICE`] her balance.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut nodes: Vec<Node> = Vec::new();
        for index in 0..VALIDATORS {
            // Later nodes dial earlier ones, whose ports are known by then.
            let peers = (0..VALIDATORS).filter(|peer| *peer != index).map(|peer| Peer {
                key: SecretKey::from_seed(&seed(peer)).public_key(),
                addresses: nodes.get(usize::from(peer)).map(|node| node.addresses().to_vec()).unwrap_or_default(),
            });
            let links =
                Links { listen: vec!["127.0.0.1:0".parse().expect("the address is valid")], peers: peers.collect() };
            let data_dir = folder.path().join(format!("node-{index}"));
            let alone = NodeConfig::alone(data_dir, genesis(), seed(index).into());
            let config = NodeConfig { links: Some(links), ..alone };
            nodes.push(Node::start(config).await.expect("a validator starts"));
        }
        let cluster = Self { nodes, folder };
        for (shard, tenant) in [(HERE, ALICE), (HERE, BOB), (THERE, ALICE), (THERE, BOB)] {
            let registration = account::Command::RegisterTenant(account::RegisterTenant {
                tenant,
                author: author(tenant).public_key(),
                partitions: 1,
            });
            cluster.execute(shard, TREASURY, Command::Account(registration)).await;
        }
        let grant = native::Command::Grant(native::Grant { to: ALICE, amount: Amount(GRANT) });
        cluster.execute(HERE, TREASURY, Command::Native(grant)).await;
        cluster
    }

    /// The handle that clients and relayers use.
    pub(crate) fn handle(&self) -> NodeHandle {
        self.nodes[0].handle()
    }

    pub(crate) fn handles(&self) -> Vec<NodeHandle> {
        self.nodes.iter().map(Node::handle).collect()
    }

    /// Submits one command and returns its event.
    pub(crate) async fn execute(&self, shard: ShardId, tenant: TenantId, command: Command) -> Event {
        let core = EntryCore { subjects: Vec::new(), command };
        let draft = Draft {
            chain_id: self.handle().chain_id(),
            tenant,
            valid_until_ms: TimestampMs(now_ms() + 300_000),
            salt: rand::random(),
            mode: Mode::Independent,
        };
        let transaction = draft.sign(&author(tenant), vec![Entry { core, body: Body::Public(Vec::new()) }]);
        let outcome = self.handle().submit(shard, transaction).await.expect("it becomes final");
        match outcome.receipts.into_iter().next() {
            Some(Receipt::Applied(event)) => event,
            other => panic!("expected an event, got {other:?}"),
        }
    }

    /// Sends an amount of [`ALICE`] from [`HERE`] to [`THERE`].
    pub(crate) async fn send(&self, to: TenantId, amount: u64) {
        let send = atomic::Command::Send(atomic::Send { to, destination: THERE, amount: Amount(amount) });
        self.execute(HERE, ALICE, Command::Atomic(send)).await;
    }

    /// Opens a bundle: [`ALICE`] pays on [`HERE`] and [`BOB`] on [`THERE`], or neither. The deadline is `ahead_ms`
    /// milliseconds away.
    pub(crate) async fn open(&self, here: u64, there: u64, ahead_ms: u64) -> BundleId {
        let legs = vec![
            Leg { shard: HERE, from: ALICE, to: BOB, amount: Amount(here) },
            Leg { shard: THERE, from: BOB, to: ALICE, amount: Amount(there) },
        ];
        let deadline = TimestampMs(now_ms() + ahead_ms);
        let bundle = Bundle { legs, deadline, attempt: 1, salt: rand::random() };
        match self.execute(HERE, ALICE, Command::Atomic(atomic::Command::OpenBundle { bundle })).await {
            Event::Atomic(atomic::Event::BundleOpened { bundle }) => bundle,
            other => panic!("expected an opened bundle, got {other:?}"),
        }
    }

    /// Locks a leg, signed by its debtor.
    pub(crate) async fn lock(&self, id: BundleId, leg: u8) {
        let proofs = self.handle().prove(HERE, vec![BundleKey(id).state_key()]).await.expect("the shard answers");
        let proof = Box::new(proofs.proof(0).expect("one proof"));
        let value = proof.state.value().expect("the bundle exists");
        let opening: Opening = BundleKey(id).decode(value).expect("decodes").opening;
        let (shard, debtor) = if leg == 0 { (HERE, ALICE) } else { (THERE, BOB) };
        self.execute(
            shard,
            debtor,
            Command::Atomic(atomic::Command::LockLeg(atomic::LegAnswer { opening, leg, proof })),
        )
        .await;
    }

    async fn read<K: TypedKey>(&self, shard: ShardId, key: &K) -> Option<K::Value> {
        let proofs = self.handle().prove(shard, vec![key.state_key()]).await.expect("the shard answers");
        proofs.proofs[0].value().map(|value| key.decode(value).expect("the ledger wrote a valid value"))
    }

    /// Waits until the value of a key satisfies a condition.
    pub(crate) async fn wait<K: TypedKey>(
        &self,
        shard: ShardId,
        key: K,
        satisfies: impl Fn(Option<&K::Value>) -> bool,
    ) {
        let mut tip = self.handle().tip(shard);
        while !satisfies(self.read(shard, &key).await.as_ref()) {
            tip.changed().await.expect("the shard runs");
        }
    }

    pub(crate) async fn wait_for_balance(&self, shard: ShardId, tenant: TenantId, amount: u64) {
        self.wait(shard, BalanceKey(tenant), |now| now.copied().unwrap_or_default().0 == amount).await;
    }

    /// Waits until a leg's escrow was settled.
    pub(crate) async fn wait_for_settlement(&self, id: BundleId, leg: u8) {
        let shard = if leg == 0 { HERE } else { THERE };
        let settled = |lock: Option<&Lock>| lock.is_some_and(|lock| matches!(lock.phase, LockPhase::Settled(_)));
        self.wait(shard, LockKey(id, leg), settled).await;
    }

    /// The heights of both shards.
    pub(crate) fn heights(&self) -> [u64; 2] {
        [HERE, THERE].map(|shard| self.handle().tip(shard).borrow().height.0)
    }

    /// The present balance of a tenant.
    pub(crate) async fn balance(&self, shard: ShardId, tenant: TenantId) -> u64 {
        self.read(shard, &BalanceKey(tenant)).await.unwrap_or_default().0
    }

    /// The totals over all blocks of both shards. The second shard is read later, so it may have received what the
    /// first had not sent yet: use it only on a chain at rest.
    pub(crate) async fn totals(&self) -> Totals {
        let mut audit = Audit::new(self.handle().genesis());
        for shard in [HERE, THERE] {
            let (node, mut height) = (self.handle(), Height(1));
            while let Some(block) = node.block(shard, height).await.expect("reads") {
                audit.apply(&block).expect("the blocks add up");
                height = height.next();
            }
        }
        audit.totals().expect("the chain is at rest")
    }
}
