//! A node in its own folder, with one tenant on every shard. Invariant: tests wait for answers, never for a fixed time.

use chain_node::{Final, Node, NodeConfig, NodeError, NodeHandle, SubmitError};
use chain_types::{
    Body, ChainParameters, Command, Digest, Entry, EntryCore, Epoch, FinalBlock, Genesis, Height, Mode,
    PROTOCOL_VERSION, Receipt, SecretKey, ShardId, Subject, TenantId, TimestampMs, Timing, Transaction, WorkParameters,
    account,
    digest::{Tag, hash},
    provenance,
    stream::kind,
    transaction::Draft,
    validator::{Validator, ValidatorSet},
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;

pub(crate) const TENANT: TenantId = TenantId([0x11; 16]);
/// The tenant of the operator, as defined by the ledger.
const OPERATOR_TENANT: TenantId = TenantId([0; 16]);
/// How far in the future the fixture's transactions expire, in milliseconds.
const VALID_FOR_MS: u64 = 300_000;

pub(crate) fn key(number: u8) -> SecretKey {
    SecretKey::from_seed(&[number; 32])
}

pub(crate) fn operator() -> SecretKey {
    key(0xee)
}

/// The byte that fills the validator's seed.
pub(crate) const VALIDATOR: u8 = 0xdd;

pub(crate) fn validator() -> SecretKey {
    key(VALIDATOR)
}

pub(crate) fn author() -> SecretKey {
    key(0x01)
}

/// Work limits for blocks with forty thousand subjects, and views that are long enough for them.
pub(crate) fn parameters() -> ChainParameters {
    ChainParameters {
        timing: Timing { view_ms: 2_000, ..Timing::default() },
        work: WorkParameters { block_work_max: 500_000, ..WorkParameters::default() },
    }
}

pub(crate) fn genesis(shards: u16) -> Genesis {
    let validators = vec![Validator { key: validator().public_key(), weight: 1 }];
    Genesis {
        version: PROTOCOL_VERSION,
        name: "node".to_owned(),
        // 1 January 2026.
        timestamp_ms: TimestampMs(1_767_225_600_000),
        salt: [1; 16],
        shards,
        operator: operator().public_key(),
        parameters: parameters(),
        validators: ValidatorSet { epoch: Epoch(0), validators },
        beacon: None,
    }
}

pub(crate) async fn start(folder: &Path, shards: u16) -> Result<Node, NodeError> {
    Node::start(NodeConfig::alone(folder.to_owned(), genesis(shards), [VALIDATOR; 32].into())).await
}

/// A running node and its folder.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) node: Node,
    pub(crate) handle: NodeHandle,
    shards: u16,
}

impl World {
    /// Starts a node and registers [`TENANT`] on every shard.
    pub(crate) async fn new(shards: u16) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let node = start(folder.path(), shards).await.expect("a node starts on an empty folder");
        let handle = node.handle();
        let command = account::Command::RegisterTenant(account::RegisterTenant {
            tenant: TENANT,
            author: author().public_key(),
            partitions: 1,
        });
        let core = EntryCore { subjects: Vec::new(), command: Command::Account(command) };
        for shard in 0..shards {
            let entry = Entry { core: core.clone(), body: Body::Public(Vec::new()) };
            let transaction = draft(shards, OPERATOR_TENANT).sign(&operator(), vec![entry]);
            let outcome = handle.submit(ShardId(shard), transaction).await.expect("the operator registers");
            assert!(matches!(outcome.receipts[..], [Receipt::Applied(_)]));
        }
        Self { folder, node, handle, shards }
    }

    /// Stops the node and starts another one on the same folder.
    pub(crate) async fn restart(self) -> Self {
        let Self { folder, node, handle, shards } = self;
        node.stop().expect("the shards stop without an error");
        drop(handle);
        let node = start(folder.path(), shards).await.expect("a stopped node starts again");
        let handle = node.handle();
        Self { folder, node, handle, shards }
    }

    /// Stops the node and returns its folder.
    pub(crate) fn end(self) -> TempDir {
        self.node.stop().expect("the shards stop without an error");
        self.folder
    }

    /// A draft of [`TENANT`] with a salt that is unique in this process.
    pub(crate) fn draft(&self) -> Draft {
        draft(self.shards, TENANT)
    }

    /// Signs entries as a transaction of [`TENANT`].
    pub(crate) fn sign(&self, entries: Vec<Entry>) -> Transaction {
        self.draft().sign(&author(), entries)
    }

    /// Submits one capture on shard 0.
    pub(crate) async fn capture(&self, id: &str) -> Final {
        self.handle.submit(ShardId(0), self.sign(vec![capture(id)])).await.expect("a capture becomes final")
    }

    pub(crate) fn height(&self, shard: ShardId) -> Height {
        self.handle.tip(shard).borrow().height
    }

    /// All blocks of a shard from genesis on, each checked against the one before it.
    pub(crate) async fn checked_chain(&self, shard: ShardId) -> Vec<Arc<FinalBlock>> {
        let genesis = self.handle.genesis();
        let mut parent = genesis.first_parent(shard);
        let mut blocks = Vec::new();
        for height in 1..=self.height(shard).0 {
            let block = self.handle.block(shard, Height(height)).await.expect("reads").expect("is below the tip");
            assert_eq!((block.header.shard, block.header.height), (shard, Height(height)));
            assert_eq!(
                block.check(genesis.chain_id(), &genesis.validators, &parent),
                Ok(()),
                "block {height} of shard {shard}"
            );
            parent = block.header.digest();
            blocks.push(block);
        }
        assert_eq!(self.handle.tip(shard).borrow().digest, parent);
        blocks
    }
}

fn now() -> TimestampMs {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is after 1970");
    TimestampMs(u64::try_from(since.as_millis()).expect("fits"))
}

fn draft(shards: u16, tenant: TenantId) -> Draft {
    draft_for(&genesis(shards), tenant)
}

/// Signs entries as a transaction of [`TENANT`] for a chain.
pub(crate) fn sign_for(genesis: &Genesis, entries: Vec<Entry>) -> Transaction {
    draft_for(genesis, TENANT).sign(&author(), entries)
}

/// Signs entries as a transaction of [`TENANT`] with a key that may not sign for it.
pub(crate) fn sign_as_stranger(genesis: &Genesis, entries: Vec<Entry>) -> Transaction {
    draft_for(genesis, TENANT).sign(&key(0x77), entries)
}

/// Signs entries as a transaction of a chain's operator.
pub(crate) fn sign_as_operator(genesis: &Genesis, entries: Vec<Entry>) -> Transaction {
    draft_for(genesis, OPERATOR_TENANT).sign(&operator(), entries)
}

fn draft_for(genesis: &Genesis, tenant: TenantId) -> Draft {
    static SALT: AtomicU64 = AtomicU64::new(0);
    let number = SALT.fetch_add(1, Ordering::Relaxed);
    let mut salt = [0; 16];
    salt[..8].copy_from_slice(&number.to_le_bytes());
    Draft {
        chain_id: genesis.chain_id(),
        tenant,
        valid_until_ms: TimestampMs(now().0 + VALID_FOR_MS),
        salt,
        mode: Mode::Independent,
    }
}

/// Signs entries as a transaction of [`TENANT`] for a node of one shard.
pub(crate) fn sign_on_one_shard(entries: Vec<Entry>) -> Transaction {
    draft(1, TENANT).sign(&author(), entries)
}

pub(crate) fn event(id: &str) -> Subject {
    Subject::of(TENANT, kind::EVENT, id, &[7; 32])
}

/// A capture of one event with an empty body.
pub(crate) fn capture(id: &str) -> Entry {
    capture_about(id, 0, Vec::new())
}

/// A capture with a body of `body_bytes` and additional subjects.
pub(crate) fn capture_about(id: &str, body_bytes: usize, mut subjects: Vec<Subject>) -> Entry {
    let (event, content) = (event(id), hash(Tag::FIELDS, &[id.as_bytes()]));
    subjects.push(event);
    subjects.sort_unstable();
    let command = provenance::Command::CaptureEvent(provenance::CaptureEvent { event, content, exclusive: false });
    Entry {
        core: EntryCore { subjects, command: Command::Provenance(command) },
        body: Body::Public(vec![0; body_bytes]),
    }
}

/// Captures with a thousand subjects each. Forty of them make a shard flush its state.
pub(crate) fn large_captures(name: &str, count: u32) -> Vec<Entry> {
    let entry = |number: u32| {
        let subjects = (0..1_000).map(|item| event(&format!("{name} {number} item {item}"))).collect();
        capture_about(&format!("{name} {number}"), 0, subjects)
    };
    (0..count).map(entry).collect()
}

/// The code of a refusal.
pub(crate) fn code(outcome: Result<Final, SubmitError>) -> &'static str {
    match outcome {
        Err(SubmitError::Refused { code, .. }) => code,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// The files with an extension in a shard's store, ordered by name.
pub(crate) fn store_files(folder: &Path, shard: ShardId, extension: &str) -> Vec<PathBuf> {
    let store = folder.join(format!("shard-{shard}")).join("store");
    let entries = std::fs::read_dir(store).expect("the folder is listed").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    files.sort();
    files
}

/// Copies a folder with its content.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("creates");
    for entry in std::fs::read_dir(from).expect("the folder is listed") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("copies");
        }
    }
}

/// The state that two runs on one folder must agree on.
pub(crate) fn tip(handle: &NodeHandle, shard: ShardId) -> (Height, Digest, u64, u64) {
    let tip = *handle.tip(shard).borrow();
    (tip.height, tip.digest, tip.records, tip.transactions)
}
