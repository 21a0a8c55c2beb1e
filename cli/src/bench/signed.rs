//! Signed transactions of one command, for the measurements of the ledger. Invariant: neighbouring transactions have
//! different authors, and every author is registered on its shard.

use anyhow::Context as _;
use chain_ledger::OPERATOR_TENANT;
use chain_node::{NodeHandle, SubmitError};
use chain_types::{
    Body, ChainId, Command, Digest, Entry, EntryCore, Mode, Receipt, SecretKey, ShardId, Subject, TenantId,
    TimestampMs, Transaction, account,
    digest::{Tag, hash},
    id::home_shard,
    provenance,
    transaction::Draft,
};
use futures::future::join_all;
use std::{
    ops::Range,
    sync::Arc,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The number of submissions that one client keeps in flight.
const WINDOW: usize = 1_024;
/// The number of clients.
const CLIENTS: usize = 16;

/// A key that may sign for a tenant.
pub struct Author {
    tenant: TenantId,
    shard: ShardId,
    key: SecretKey,
}

/// Submits every client's transactions. Returns the number of applied ones.
pub async fn submit_all(node: &NodeHandle, batches: Vec<Batch>) -> anyhow::Result<usize> {
    let clients: Vec<_> = batches.into_iter().map(|batch| tokio::spawn(submit(node.clone(), batch))).collect();
    let mut applied = 0;
    for client in clients {
        applied += client.await??;
    }
    Ok(applied)
}

/// Submits one client's transactions, a window at a time, with retries while the ledger is busy.
async fn submit(node: NodeHandle, batch: Batch) -> anyhow::Result<usize> {
    let mut applied = 0;
    for window in batch.chunks(WINDOW) {
        let outcomes = join_all(window.iter().map(|(shard, transaction)| submit_one(&node, *shard, transaction))).await;
        for outcome in outcomes {
            applied += usize::from(outcome?);
        }
    }
    Ok(applied)
}

/// Submits one transaction until it is final. Returns whether it was applied.
pub async fn submit_one(node: &NodeHandle, shard: ShardId, transaction: &Transaction) -> anyhow::Result<bool> {
    loop {
        match node.submit(shard, transaction.clone()).await {
            Ok(done) => return Ok(done.receipts.iter().all(|receipt| matches!(receipt, Receipt::Applied(_)))),
            Err(SubmitError::Busy) => tokio::time::sleep(Duration::from_millis(2)).await,
            Err(error) => return Err(error.into()),
        }
    }
}

/// A draft with the current time and a random salt.
pub fn draft(chain_id: ChainId, tenant: TenantId, mode: Mode) -> Draft {
    let valid_until_ms = TimestampMs(now_ms() + 300_000);
    Draft { chain_id, tenant, valid_until_ms, salt: rand::random(), mode }
}

/// The current time, in milliseconds since the Unix epoch.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

fn account_entry(command: account::Command) -> Entry {
    Entry {
        core: EntryCore { subjects: Vec::new(), command: Command::Account(command) },
        body: Body::Public(Vec::new()),
    }
}

/// A tenant whose home is a given shard.
fn tenant_at(shard: ShardId, number: u16, shards: u16) -> TenantId {
    let ids = (0..=u16::MAX).map(|attempt| {
        let mut id = [0xbe; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        id[2..4].copy_from_slice(&attempt.to_be_bytes());
        TenantId(id)
    });
    ids.into_iter().find(|id| home_shard(*id, 0, shards) == shard).expect("homes spread over all shards")
}

fn key_of(tenant: u16, author: u32) -> SecretKey {
    let seed = hash(Tag::SUBJECT, &[b"bench author", &tenant.to_be_bytes(), &author.to_be_bytes()]);
    SecretKey::from_seed(&seed.0)
}

/// Registers tenants on all shards, and their authors, with transactions on the ledger.
pub async fn register(
    node: &NodeHandle,
    operator: &SecretKey,
    tenants: u16,
    authors_of_each: u32,
) -> anyhow::Result<Vec<Author>> {
    let chain_id = node.chain_id();
    let mut authors = Vec::new();
    for number in 0..tenants {
        let shard = ShardId(number % node.shards());
        let tenant = tenant_at(shard, number, node.shards());
        let first = key_of(number, 0);
        let registration = account::Command::RegisterTenant(account::RegisterTenant {
            tenant,
            author: first.public_key(),
            partitions: 1,
        });
        let transaction =
            draft(chain_id, OPERATOR_TENANT, Mode::Atomic).sign(operator, vec![account_entry(registration)]);
        node.submit(shard, transaction).await.context("registering a tenant")?;
        let keys: Vec<_> = (1..authors_of_each).map(|author| key_of(number, author)).collect();
        for keys in keys.chunks(1_000) {
            let additions = keys
                .iter()
                .map(|key| account_entry(account::Command::AddAuthor(account::AddAuthor { author: key.public_key() })));
            let transaction = draft(chain_id, tenant, Mode::Atomic).sign(&first, additions.collect());
            node.submit(shard, transaction).await.context("adding authors")?;
        }
        authors.extend(std::iter::once(first).chain(keys).map(|key| Author { tenant, shard, key }));
    }
    Ok(authors)
}

/// The transactions of one client.
pub type Batch = Vec<(ShardId, Transaction)>;

/// Signs all clients' transactions in advance. Neighbours have different authors and alternate between shards.
pub fn sign(chain_id: ChainId, authors: &Arc<Vec<Author>>, numbers: Range<usize>) -> anyhow::Result<Vec<Batch>> {
    let workers = (0..CLIENTS).map(|client| {
        let (authors, numbers) = (Arc::clone(authors), numbers.clone());
        thread::spawn(move || {
            let numbers = numbers.skip(client).step_by(CLIENTS);
            numbers.map(|number| transaction(chain_id, &authors, number)).collect::<Batch>()
        })
    });
    let workers: Vec<_> = workers.collect();
    workers.into_iter().map(|worker| worker.join().map_err(|_| anyhow::anyhow!("a signing thread failed"))).collect()
}

fn transaction(chain_id: ChainId, authors: &[Author], number: usize) -> (ShardId, Transaction) {
    // A stride that is coprime to the number of authors visits all of them before it repeats one.
    let author = &authors[number.wrapping_mul(7_919) % authors.len()];
    let subject = |what: &[u8]| Subject(hash(Tag::SUBJECT, &[what, &number.to_be_bytes()]));
    let (event, lot) = (subject(b"event"), subject(b"lot"));
    let content: Digest = hash(Tag::SUBJECT, &[b"content", &number.to_be_bytes()]);
    let mut subjects = vec![event, lot];
    subjects.sort_unstable();
    let command = provenance::Command::CaptureEvent(provenance::CaptureEvent { event, content, exclusive: false });
    let entry = Entry {
        core: EntryCore { subjects, command: Command::Provenance(command) },
        body: Body::Public(format!("{{\"number\":{number}}}").into_bytes()),
    };
    (author.shard, draft(chain_id, author.tenant, Mode::Atomic).sign(&author.key, vec![entry]))
}
