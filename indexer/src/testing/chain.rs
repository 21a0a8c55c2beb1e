//! A chain for this crate's tests: final blocks of one validator, and the keys of their bodies. Invariant: every block
//! passes `FinalBlock::check`, except those of [`TestChain::add_forged`]. The test defines the receipts.

mod draw;

use crate::source::{BlockSource, KeyVault, SourceError, VaultError};
use chain_seal::{SubjectKey, TransactionKey};
use chain_types::{
    Block, BlockHeader, Body, Certificate, ChainParameters, Digest, Entry, EntryCore, Epoch, FinalBlock, Genesis,
    Height, Mode, PROTOCOL_VERSION, Receipt, SecretKey, ShardId, TenantId, TimestampMs, Transaction, TxId, View,
    record::records_root,
    signature::Namespace,
    transaction::Draft,
    validator::{Validator, ValidatorSet},
};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tokio::sync::watch;

pub(crate) use draw::{CONTEXT, Draw, Outcome};

/// The key of every tenant that blinds its subjects.
pub(crate) static SUBJECT_KEY: SubjectKey = SubjectKey::from_bytes([9; 32]);

/// A record of any slice.
#[derive(Clone, Debug)]
pub(crate) struct TestRecord {
    pub(crate) core: EntryCore,
    pub(crate) document: Vec<u8>,
    pub(crate) is_public: bool,
    pub(crate) receipt: Receipt,
}

/// The blocks of all shards, as a `BlockSource`.
#[derive(Debug)]
pub(crate) struct TestChain {
    genesis: Genesis,
    validator: SecretKey,
    shards: Vec<watch::Sender<Vec<Arc<FinalBlock>>>>,
    keys: Mutex<BTreeMap<(TenantId, TxId), TransactionKey>>,
    salt: Mutex<u8>,
}

impl TestChain {
    pub(crate) fn new(shards: u16) -> Arc<Self> {
        Self::named("test", shards)
    }

    pub(crate) fn named(name: &str, shards: u16) -> Arc<Self> {
        let validator = SecretKey::from_seed(&[7; 32]);
        let validators = vec![Validator { key: validator.public_key(), weight: 1 }];
        let genesis = Genesis {
            version: PROTOCOL_VERSION,
            name: name.to_owned(),
            timestamp_ms: TimestampMs(1),
            salt: [0; 16],
            shards,
            operator: SecretKey::from_seed(&[8; 32]).public_key(),
            parameters: ChainParameters::default(),
            validators: ValidatorSet { epoch: Epoch(0), validators },
            beacon: None,
        };
        let shards = (0..shards).map(|_| watch::Sender::new(Vec::new())).collect();
        Arc::new(Self { genesis, validator, shards, keys: Mutex::default(), salt: Mutex::default() })
    }

    /// The same chain with only the first blocks of each shard, as after it was restored from a backup.
    pub(crate) fn cut(&self, blocks: usize) -> Arc<Self> {
        let first = |shard: &watch::Sender<Vec<Arc<FinalBlock>>>| shard.borrow().iter().take(blocks).cloned().collect();
        let shards = self.shards.iter().map(|shard| watch::Sender::new(first(shard))).collect();
        let keys = self.keys.lock().expect("no thread panicked while it held the lock").clone();
        // New transactions get other salts than those of the blocks that were cut off.
        let salt = Mutex::new(128);
        let (genesis, validator) = (self.genesis.clone(), self.validator.clone());
        Arc::new(Self { genesis, validator, shards, keys: Mutex::new(keys), salt })
    }

    /// Adds the blocks of another copy of the chain after the first ones.
    pub(crate) fn append_from(&self, other: &Self, after: usize) {
        for (shard, longer) in self.shards.iter().zip(&other.shards) {
            let missing: Vec<_> = longer.borrow().iter().skip(after).cloned().collect();
            shard.send_modify(|blocks| blocks.extend(missing));
        }
    }

    pub(crate) fn source(self: &Arc<Self>) -> Arc<dyn BlockSource> {
        Arc::clone(self) as _
    }

    pub(crate) fn vault(self: &Arc<Self>) -> Arc<dyn KeyVault> {
        Arc::clone(self) as _
    }

    /// Signs a transaction of events; returns it with its receipts.
    pub(crate) fn transaction(&self, tenant: TenantId, draws: &[Draw]) -> (Transaction, Vec<Receipt>) {
        self.sign(tenant, (0..).zip(draws).map(|(index, draw)| draw.record(tenant, index)).collect())
    }

    /// Signs a transaction of records; returns it with its receipts.
    pub(crate) fn sign(&self, tenant: TenantId, records: Vec<TestRecord>) -> (Transaction, Vec<Receipt>) {
        let salt = {
            let mut salt = self.salt.lock().expect("no thread panicked while it held the lock");
            *salt = salt.wrapping_add(1);
            [*salt; 16]
        };
        let key = TransactionKey::from_bytes([salt[0]; 32]);
        let receipts = records.iter().map(|record| record.receipt.clone()).collect();
        let entries = (0..).zip(records).map(|(index, record)| entry(&key, index, record)).collect();
        let draft = Draft {
            chain_id: self.genesis.chain_id(),
            tenant,
            valid_until_ms: TimestampMs(u64::MAX),
            salt,
            mode: Mode::Independent,
        };
        let transaction = draft.sign(&SecretKey::from_seed(&[9; 32]), entries);
        self.keys
            .lock()
            .expect("no thread panicked while it held the lock")
            .insert((tenant, transaction.header.id()), key);
        (transaction, receipts)
    }

    /// Makes the next block of a shard final and returns it.
    pub(crate) fn add_block(
        &self,
        shard: u16,
        timestamp_ms: u64,
        transactions: Vec<(Transaction, Vec<Receipt>)>,
    ) -> Arc<FinalBlock> {
        let block = Arc::new(self.next_block(shard, timestamp_ms, transactions));
        self.shards[usize::from(shard)].send_modify(|blocks| blocks.push(Arc::clone(&block)));
        block
    }

    /// Adds a block with one transaction.
    pub(crate) fn capture(&self, shard: u16, timestamp_ms: u64, tenant: TenantId, draws: &[Draw]) -> Arc<FinalBlock> {
        self.add_block(shard, timestamp_ms, vec![self.transaction(tenant, draws)])
    }

    /// Adds a block that no honest validator would certify.
    pub(crate) fn add_forged(&self, shard: u16, timestamp_ms: u64, forge: impl FnOnce(&mut FinalBlock)) {
        let mut block = self.next_block(shard, timestamp_ms, Vec::new());
        forge(&mut block);
        self.shards[usize::from(shard)].send_modify(|blocks| blocks.push(Arc::new(block)));
    }

    pub(crate) fn forget_key(&self, tenant: TenantId, tx_id: TxId) {
        self.keys.lock().expect("no thread panicked while it held the lock").remove(&(tenant, tx_id));
    }

    fn next_block(&self, shard: u16, timestamp_ms: u64, transactions: Vec<(Transaction, Vec<Receipt>)>) -> FinalBlock {
        let (height, parent) = match self.shards[usize::from(shard)].borrow().last() {
            Some(last) => (last.header.height.next(), last.header.digest()),
            None => (Height(1), self.genesis.first_parent(ShardId(shard))),
        };
        let (transactions, receipts): (Vec<_>, Vec<Vec<_>>) = transactions.into_iter().unzip();
        let header = BlockHeader {
            version: PROTOCOL_VERSION,
            chain_id: self.genesis.chain_id(),
            shard: ShardId(shard),
            epoch: Epoch(0),
            height,
            view: View(height.0),
            parent,
            timestamp_ms: TimestampMs(timestamp_ms),
            records_root: Digest::ZERO,
            delta_root: Digest::ZERO,
            state_root: Digest::ZERO,
            transactions_root: Digest::ZERO,
            validator_set_hash: self.genesis.validators.digest(),
            proposer: 0,
        };
        let certificate = Certificate { vote: header.finalise_vote(), signatures: Vec::new() };
        let block = Block { transactions, receipts: receipts.concat() };
        let mut block = FinalBlock { header, certificate, block };
        let leaves = block.leaves().expect("there is a receipt for each command");
        block.header.records_root = records_root(&leaves);
        let vote = block.header.finalise_vote();
        let signature = self.validator.sign(Namespace::VOTE, &vote.digest());
        block.certificate = Certificate { vote, signatures: vec![(0, signature)] };
        block
    }
}

fn entry(key: &TransactionKey, index: u32, record: TestRecord) -> Entry {
    let body = match chain_seal::seal(&record.document, &key.record_key(index)) {
        Ok(sealed) if !record.is_public => sealed,
        _ => Body::Public(record.document),
    };
    Entry { core: record.core, body }
}

impl BlockSource for TestChain {
    fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    fn tip(&self, shard: ShardId) -> BoxFuture<'_, Result<Height, SourceError>> {
        let count = self.shards[usize::from(shard.0)].borrow().len();
        Box::pin(async move { Ok(Height(u64::try_from(count).expect("the test chain is short"))) })
    }

    fn blocks(
        &self,
        shard: ShardId,
        from: Height,
        max: usize,
    ) -> BoxFuture<'_, Result<Vec<Arc<FinalBlock>>, SourceError>> {
        Box::pin(async move {
            let before = usize::try_from(from.0 - 1).expect("the test chain is short");
            let mut blocks = self.shards[usize::from(shard.0)].subscribe();
            let blocks = blocks.wait_for(|blocks| blocks.len() > before).await;
            let blocks = blocks.map_err(|error| SourceError(Box::new(error)))?;
            Ok(blocks.iter().skip(before).take(max).cloned().collect())
        })
    }
}

impl KeyVault for TestChain {
    fn transaction_keys<'a>(
        &'a self,
        _connection: &'a mut PgConnection,
        wanted: &'a [(TenantId, TxId)],
    ) -> BoxFuture<'a, Result<Vec<Option<TransactionKey>>, VaultError>> {
        let keys = self.keys.lock().expect("no thread panicked while it held the lock");
        let found = wanted.iter().map(|wanted| keys.get(wanted).cloned()).collect();
        Box::pin(async move { Ok(found) })
    }

    fn subject_keys<'a>(
        &'a self,
        _connection: &'a mut PgConnection,
        wanted: &'a [TenantId],
    ) -> BoxFuture<'a, Result<Vec<Option<SubjectKey>>, VaultError>> {
        Box::pin(async move { Ok(wanted.iter().map(|_| Some(SUBJECT_KEY.clone())).collect()) })
    }
}
