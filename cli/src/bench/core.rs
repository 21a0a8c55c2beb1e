//! The ledger alone: transactions of one command, each by another author, verified, executed and committed durably on
//! two shards. The bound is checking the same signatures on the same cores and nothing else.

use super::statistics::{per_second, round};
use anyhow::Context as _;
use chain_ledger::OPERATOR_TENANT;
use chain_node::{Node, NodeConfig, NodeHandle, SubmitError};
use chain_types::{
    Body, ChainId, Command, CommandCore, Digest, Epoch, Genesis, Mode, Operation, Receipt, SecretKey, ShardId, Subject,
    TenantId, TimestampMs, Transaction, account,
    digest::{Tag, hash},
    id::home_shard,
    provenance,
    transaction::Draft,
    validator::{Validator, ValidatorSet},
    verified::verify_all,
};
use futures::future::join_all;
use serde_json::{Value, json};
use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

const TENANTS: u16 = 32;
/// Authors of each tenant.
const AUTHORS: u32 = 1_500;
/// Submissions that one client keeps in flight.
const WINDOW: usize = 1_024;
/// Clients.
const CLIENTS: usize = 16;

struct Author {
    tenant: TenantId,
    shard: ShardId,
    key: SecretKey,
}

pub async fn measure(quick: bool) -> anyhow::Result<Value> {
    let count = if quick { 150_000 } else { 900_000 };
    let folder = tempfile::tempdir()?;
    let operator = SecretKey::from_seed(&[1; 32]);
    let seed = [2; 32];
    let validator = SecretKey::from_seed(&seed);
    let genesis = genesis(&operator, &validator);
    let chain_id = genesis.chain_id();
    let node = Node::start(NodeConfig::alone(folder.path().to_owned(), genesis, seed.into())).await?;
    let authors = Arc::new(register(&node.handle(), chain_id, &operator).await?);
    let batches = sign(chain_id, &authors, count)?;
    let bound = bound(&batches);
    let started = Instant::now();
    let clients = batches.into_iter().map(|batch| tokio::spawn(submit(node.handle(), batch)));
    let mut applied = 0;
    for client in clients.collect::<Vec<_>>() {
        applied += client.await??;
    }
    let elapsed = started.elapsed();
    anyhow::ensure!(applied == count, "{applied} of {count} transactions were applied");
    let authors = authors.len();
    tokio::task::spawn_blocking(move || node.stop()).await??;
    let rate = per_second(count, elapsed);
    Ok(json!({
        "tx_per_s": rate,
        "bound_per_s": bound,
        "ratio": round(rate / bound),
        "bound": "signatures of the same transactions checked on the same cores",
        "transactions": count,
        "authors": authors,
        "shards": 2,
        "seconds": round(elapsed.as_secs_f64()),
    }))
}

fn genesis(operator: &SecretKey, validator: &SecretKey) -> Genesis {
    Genesis {
        name: "bench".to_owned(),
        timestamp_ms: TimestampMs(0),
        salt: rand::random(),
        shards: 2,
        operator: operator.public_key(),
        validators: ValidatorSet {
            epoch: Epoch(0),
            validators: vec![Validator { key: validator.public_key(), weight: 1 }],
        },
    }
}

/// A transaction of now, unlike any other.
pub(super) fn draft(chain_id: ChainId, tenant: TenantId, mode: Mode) -> Draft {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let valid_until_ms = TimestampMs(u64::try_from(now).unwrap_or(u64::MAX) + 300_000);
    Draft { chain_id, tenant, valid_until_ms, salt: rand::random(), mode }
}

fn account_command(operation: account::Operation) -> Command {
    Command {
        core: CommandCore { subjects: Vec::new(), operation: Operation::Account(operation) },
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

/// Registers tenants on both shards, and their authors, through the ledger itself.
async fn register(node: &NodeHandle, chain_id: ChainId, operator: &SecretKey) -> anyhow::Result<Vec<Author>> {
    let mut authors = Vec::new();
    for number in 0..TENANTS {
        let shard = ShardId(number % node.shards());
        let tenant = tenant_at(shard, number, node.shards());
        let first = key_of(number, 0);
        let registration = account::Operation::RegisterTenant { tenant, author: first.public_key(), partitions: 1 };
        let transaction =
            draft(chain_id, OPERATOR_TENANT, Mode::Atomic).sign(operator, vec![account_command(registration)]);
        node.submit(shard, transaction).await.context("registering a tenant")?;
        let keys: Vec<_> = (1..AUTHORS).map(|author| key_of(number, author)).collect();
        for keys in keys.chunks(1_000) {
            let additions =
                keys.iter().map(|key| account_command(account::Operation::AddAuthor { author: key.public_key() }));
            let transaction = draft(chain_id, tenant, Mode::Atomic).sign(&first, additions.collect());
            node.submit(shard, transaction).await.context("adding authors")?;
        }
        authors.extend(std::iter::once(first).chain(keys).map(|key| Author { tenant, shard, key }));
    }
    Ok(authors)
}

type Batch = Vec<(ShardId, Transaction)>;

/// Signs the transactions of every client beforehand; neighbours have different authors and alternate shards.
fn sign(chain_id: ChainId, authors: &Arc<Vec<Author>>, count: usize) -> anyhow::Result<Vec<Batch>> {
    let workers = (0..CLIENTS).map(|client| {
        let authors = Arc::clone(authors);
        thread::spawn(move || {
            let numbers = (client..count).step_by(CLIENTS);
            numbers.map(|number| transaction(chain_id, &authors, number)).collect::<Batch>()
        })
    });
    let workers: Vec<_> = workers.collect();
    workers.into_iter().map(|worker| worker.join().map_err(|_| anyhow::anyhow!("a signing thread failed"))).collect()
}

fn transaction(chain_id: ChainId, authors: &[Author], number: usize) -> (ShardId, Transaction) {
    // A stride that is prime to the number of authors visits all of them before any again.
    let author = &authors[number.wrapping_mul(7_919) % authors.len()];
    let of = |what: &[u8]| Subject(hash(Tag::SUBJECT, &[what, &number.to_be_bytes()]));
    let (event, lot) = (of(b"event"), of(b"lot"));
    let content: Digest = hash(Tag::SUBJECT, &[b"content", &number.to_be_bytes()]);
    let mut subjects = vec![event, lot];
    subjects.sort_unstable();
    let operation = provenance::Operation::CaptureEvent { event, content, exclusive: false };
    let command = Command {
        core: CommandCore { subjects, operation: Operation::Provenance(operation) },
        body: Body::Public(format!("{{\"number\":{number}}}").into_bytes()),
    };
    (author.shard, draft(chain_id, author.tenant, Mode::Atomic).sign(&author.key, vec![command]))
}

/// How many of the same transactions the same cores can decode and check per second when they do nothing else.
fn bound(batches: &[Batch]) -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let sample: Vec<_> = batches.iter().flatten().take(80_000).map(|(_, transaction)| transaction.clone()).collect();
    let started = Instant::now();
    thread::scope(|scope| {
        for part in sample.chunks(sample.len().div_ceil(cores).max(1)) {
            scope.spawn(move || {
                let mut rng = rand::make_rng::<rand::rngs::StdRng>();
                for chunk in part.chunks(1_024) {
                    let checked = chunk.iter().filter_map(|transaction| transaction.clone().check().ok());
                    assert!(verify_all(checked.collect(), &mut rng).iter().all(Result::is_ok), "signatures are valid");
                }
            });
        }
    });
    per_second(sample.len(), started.elapsed())
}

/// Submits one client's transactions, a window at a time; a busy ledger is asked again.
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

async fn submit_one(node: &NodeHandle, shard: ShardId, transaction: &Transaction) -> anyhow::Result<bool> {
    loop {
        match node.submit(shard, transaction.clone()).await {
            Ok(done) => return Ok(done.receipts.iter().all(|receipt| matches!(receipt, Receipt::Applied { .. }))),
            Err(SubmitError::Busy) => tokio::time::sleep(Duration::from_millis(2)).await,
            Err(error) => return Err(error.into()),
        }
    }
}
