//! A bounded load on both shards: clients that capture at the gateway, and an operator who registers tenants through a
//! follower. Invariant: each waits for its own outcome before it goes on, and what it was told is kept with its times.

use super::{
    follower::Follower,
    history::{Deed, History, What},
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

/// Clients that capture.
const CLIENTS: usize = 3;
/// A client begins at most one document, or one registration, in this time.
const PACE: Duration = Duration::from_millis(150);
/// How long a registration may wait for a block, in milliseconds.
const VALIDITY_MS: u64 = 300_000;

/// Clients at work.
pub(super) struct Load {
    clients: JoinSet<()>,
    captures: Captures,
    stopping: watch::Sender<bool>,
    deeds: Deeds,
    since: Instant,
}

#[derive(Clone)]
struct Captures {
    api: Api,
    next: Arc<AtomicU64>,
}

impl Load {
    /// Puts the clients to work: at the gateway, and at a follower with the operator's key when there is one.
    pub(super) fn start(api: &Api, operator: Option<(&Follower, SecretKey)>) -> Self {
        let (stopping, stop) = watch::channel(false);
        let captures = Captures { api: api.clone(), next: Arc::default() };
        let (deeds, mut clients) = (Deeds::new(), JoinSet::new());
        for _ in 0..CLIENTS {
            clients.spawn(capture_all(captures.clone(), deeds.clone(), stop.clone()));
        }
        if let Some((follower, key)) = operator {
            for shard in (0..SHARDS).map(ShardId) {
                clients.spawn(register_all(follower.handle(), key.clone(), shard, deeds.clone(), stop.clone()));
            }
        }
        Self { clients, captures, stopping, deeds, since: Instant::now() }
    }

    /// Waits until so many more captures are final.
    pub(super) async fn captures(&self, count: usize) {
        let goal = self.deeds.captures() + count;
        self.deeds.count.subscribe().wait_for(|captures| *captures >= goal).await.map(drop).expect("the load is there");
    }

    /// Captures one more document, and gives how long that took.
    pub(super) async fn capture(&self) -> Duration {
        let deed = self.captures.one().await;
        self.deeds.add(deed);
        deed.done - deed.sent
    }

    /// Lets the clients finish what they began, and gives what they were told.
    pub(super) async fn finish(self) -> History {
        let until = Instant::now();
        self.stopping.send_replace(true);
        self.clients.join_all().await;
        let deeds = self.deeds.list.lock().expect("no client panicked").clone();
        History { since: self.since, until, deeds }
    }
}

#[derive(Clone)]
struct Deeds {
    list: Arc<Mutex<Vec<Deed>>>,
    count: watch::Sender<usize>,
}

impl Deeds {
    fn new() -> Self {
        Self { list: Arc::default(), count: watch::Sender::new(0) }
    }

    fn add(&self, deed: Deed) {
        self.list.lock().expect("no client panicked").push(deed);
        self.count.send_modify(|count| *count += usize::from(matches!(deed.what, What::Captured(_))));
    }

    fn captures(&self) -> usize {
        *self.count.borrow()
    }
}

impl Captures {
    async fn one(&self) -> Deed {
        let document = Document(self.next.fetch_add(1, Ordering::Relaxed));
        let sent = Instant::now();
        let answer = document.send(&self.api, true).await.expect("the gateway answers");
        assert!(answer.is_captured(), "{}: {} {}", document.key(), answer.status, answer.text());
        Deed { what: What::Captured(document), sent, done: Instant::now() }
    }
}

async fn capture_all(captures: Captures, deeds: Deeds, stop: watch::Receiver<bool>) {
    let mut beat = interval(PACE);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        beat.tick().await;
        deeds.add(captures.one().await);
    }
}

async fn register_all(
    node: NodeHandle,
    operator: SecretKey,
    shard: ShardId,
    deeds: Deeds,
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
                deeds.add(Deed { what: What::Registered(shard, done.tx_id), sent, done: Instant::now() });
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
    let valid_until_ms = TimestampMs(u64::try_from(now).expect("a time of our age") + VALIDITY_MS);
    let draft = Draft {
        chain_id: node.chain_id(),
        tenant: OPERATOR_TENANT,
        valid_until_ms,
        salt: rand::random(),
        mode: Mode::Atomic,
    };
    draft.sign(operator, vec![entry])
}
