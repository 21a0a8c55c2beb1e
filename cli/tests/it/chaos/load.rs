//! A bounded load on both shards: captures at the gateway, and registrations of tenants through a follower. Invariant:
//! each client waits for its outcome before its next request. Every outcome is recorded with its time.

use super::{
    follower::Follower,
    history::{FinalItem, History, What},
    network::SHARDS,
};
use crate::{api::Api, crash::client::Document};
use chain_ledger::OPERATOR_TENANT;
use chain_node::{NodeHandle, SubmitError};
use chain_types::{
    Body, Command, Entry, EntryCore, Mode, Receipt, SecretKey, ShardId, TenantId, TimestampMs, Transaction, account,
    id::home_shard, transaction::Draft,
};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

/// The number of capturing clients.
const CLIENTS: usize = 3;
/// The minimum time between two requests of one client.
const PACE: Duration = Duration::from_millis(150);
/// The validity of a registration, in milliseconds.
const VALIDITY_MS: u64 = 300_000;

/// A running load.
pub(super) struct Load {
    clients: JoinSet<()>,
    captures: Captures,
    stopping: watch::Sender<bool>,
    items: FinalItems,
    since: Instant,
}

#[derive(Clone)]
struct Captures {
    api: Api,
    next: Arc<AtomicU64>,
}

impl Load {
    /// Starts the clients: at the gateway and, if given, at a follower with the operator's key.
    pub(super) fn start(api: &Api, operator: Option<(&Follower, SecretKey)>) -> Self {
        let (stopping, stop) = watch::channel(false);
        let captures = Captures { api: api.clone(), next: Arc::default() };
        let (items, mut clients) = (FinalItems::new(), JoinSet::new());
        for _ in 0..CLIENTS {
            clients.spawn(capture_all(captures.clone(), items.clone(), stop.clone()));
        }
        if let Some((follower, key)) = operator {
            for shard in (0..SHARDS).map(ShardId) {
                clients.spawn(register_all(follower.handle(), key.clone(), shard, items.clone(), stop.clone()));
            }
        }
        Self { clients, captures, stopping, items, since: Instant::now() }
    }

    /// Waits until `count` more captures are final.
    pub(super) async fn captures(&self, count: usize) {
        let goal = self.items.counts.borrow().captures + count;
        self.items.reaches(|counts| counts.captures >= goal).await;
    }

    /// Waits until `count` more registrations are final on every shard.
    pub(super) async fn registrations(&self, count: usize) {
        let goals = self.items.counts.borrow().registrations.map(|registrations| registrations + count);
        self.items.reaches(|counts| counts.registrations.iter().zip(goals).all(|(own, goal)| *own >= goal)).await;
    }

    /// Captures one more document and returns the latency.
    pub(super) async fn capture(&self) -> Duration {
        let item = self.captures.one().await;
        self.items.add(item);
        item.done - item.sent
    }

    /// Lets the clients complete their requests, and returns the recorded outcomes.
    pub(super) async fn finish(self) -> History {
        let until = Instant::now();
        self.stopping.send_replace(true);
        self.clients.join_all().await;
        let items = self.items.list.lock().expect("no client panicked while it held the lock").clone();
        History { since: self.since, until, items }
    }
}

/// The number of final items.
#[derive(Default)]
struct Counts {
    captures: usize,
    /// By shard.
    registrations: [usize; SHARDS as usize],
}

#[derive(Clone)]
struct FinalItems {
    list: Arc<Mutex<Vec<FinalItem>>>,
    counts: watch::Sender<Counts>,
}

impl FinalItems {
    fn new() -> Self {
        Self { list: Arc::default(), counts: watch::Sender::new(Counts::default()) }
    }

    fn add(&self, item: FinalItem) {
        self.list.lock().expect("no client panicked while it held the lock").push(item);
        self.counts.send_modify(|counts| match item.what {
            What::Captured(_) => counts.captures += 1,
            What::Registered(shard, _) => counts.registrations[usize::from(shard.0)] += 1,
        });
    }

    /// Waits until the counts meet a condition.
    async fn reaches(&self, is_met: impl FnMut(&Counts) -> bool) {
        self.counts.subscribe().wait_for(is_met).await.map(drop).expect("the load is running");
    }
}

impl Captures {
    async fn one(&self) -> FinalItem {
        let document = Document(self.next.fetch_add(1, Ordering::Relaxed));
        let sent = Instant::now();
        let answer = document.send(&self.api, true).await.expect("the gateway answers");
        assert!(answer.is_captured(), "{}: {} {}", document.key(), answer.status, answer.text());
        FinalItem { what: What::Captured(document), sent, done: Instant::now() }
    }
}

async fn capture_all(captures: Captures, items: FinalItems, stop: watch::Receiver<bool>) {
    let mut beat = interval(PACE);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        beat.tick().await;
        items.add(captures.one().await);
    }
}

async fn register_all(
    node: NodeHandle,
    operator: SecretKey,
    shard: ShardId,
    items: FinalItems,
    stop: watch::Receiver<bool>,
) {
    let mut beat = interval(PACE);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        beat.tick().await;
        let sent = Instant::now();
        match node.submit(shard, registration(&node, &operator, shard)).await {
            Ok(done) => {
                let is_applied = |receipt: &Receipt| matches!(receipt, Receipt::Applied(_));
                assert!(done.receipts.iter().all(is_applied), "shard {shard}: {:?}", done.receipts);
                items.add(FinalItem { what: What::Registered(shard, done.tx_id), sent, done: Instant::now() });
            }
            Err(SubmitError::Busy) => {}
            Err(error) => panic!("shard {shard}: {error}"),
        }
    }
}

/// The registration of a new tenant whose home is a given shard.
fn registration(node: &NodeHandle, operator: &SecretKey, shard: ShardId) -> Transaction {
    let ids = std::iter::repeat_with(|| TenantId(rand::random()));
    let tenant = ids.into_iter().find(|id| home_shard(*id, 0, SHARDS) == shard).expect("homes spread over all shards");
    let author = SecretKey::from_seed(&rand::random()).public_key();
    let command =
        Command::Account(account::Command::RegisterTenant(account::RegisterTenant { tenant, author, partitions: 1 }));
    let entry = Entry { core: EntryCore { subjects: Vec::new(), command }, body: Body::Public(Vec::new()) };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let valid_until_ms = TimestampMs(u64::try_from(now).expect("the time fits 64 bits") + VALIDITY_MS);
    let draft = Draft {
        chain_id: node.chain_id(),
        tenant: OPERATOR_TENANT,
        valid_until_ms,
        salt: rand::random(),
        mode: Mode::Atomic,
    };
    draft.sign(operator, vec![entry])
}
