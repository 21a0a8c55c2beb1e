//! An oracle: replays the agreed chains with a second implementation of the ledger, over a plain map.
//!
//! Invariants checked: every root in every header and every receipt is right. No transaction occurs twice. Every
//! author's signature is valid.

use super::{agreement::Agreement, joining::Joining};
use chain_ledger::OPERATOR_TENANT;
use chain_types::{
    Command, Digest, Event, FinalBlock, Genesis, Height, Mode, PublicKey, Receipt, Rejection, ShardId, Subject,
    TenantId, Transaction,
    account::{self, AuthorKey, TenantKey},
    codec,
    digest::{Tag, hash},
    merkle,
    provenance::{self, ContentKey},
    record::{record_leaf, records_root},
    signature::{Claim, Namespace, verify},
    state::{AncestryKey, SeenKey, StreamKey, TypedKey, leaf_hash, node_hash, value_hash},
};
use std::collections::{BTreeMap, BTreeSet};

/// The length of a slot of the seen-set, in milliseconds, and the number of buckets per slot.
const SLOT_MS: u64 = 60_000;
const BUCKETS: u8 = 64;

/// Replays every shard of the agreed chains, and compares the states that processes joined with.
///
/// # Errors
/// The first violation.
pub fn replay_all(genesis: &Genesis, agreement: &Agreement, joining: &Joining) -> Result<(), String> {
    for shard in 0..genesis.shards {
        let mut ledger = Ledger::new(genesis);
        for block in agreement.chain(ShardId(shard)) {
            let replayed = ledger.execute(block).and_then(|()| joining.check(block, &ledger.pairs));
            replayed.map_err(|what| format!("{what} at shard {shard} height {}", block.header.height))?;
        }
    }
    Ok(())
}

type Pairs = BTreeMap<Digest, Vec<u8>>;

struct Ledger<'g> {
    genesis: &'g Genesis,
    pairs: Pairs,
    buckets: BTreeSet<SeenKey>,
    known: BTreeSet<chain_types::TxId>,
    time_ms: u64,
    height: Height,
    /// The parent digests of all headers so far.
    parents: Vec<Digest>,
}

impl<'g> Ledger<'g> {
    fn new(genesis: &'g Genesis) -> Self {
        Self {
            genesis,
            pairs: Pairs::new(),
            buckets: BTreeSet::new(),
            known: BTreeSet::new(),
            time_ms: genesis.timestamp_ms.0,
            height: Height(0),
            parents: Vec::new(),
        }
    }

    fn execute(&mut self, block: &FinalBlock) -> Result<(), String> {
        let header = &block.header;
        if header.height != self.height.next() || header.timestamp_ms.0 < self.time_ms {
            return Err("ancestry: a height is missing or time runs backwards".to_owned());
        }
        (self.height, self.time_ms) = (header.height, header.timestamp_ms.0);
        let (mut receipts, mut leaves) = (Vec::new(), Vec::new());
        let mut in_buckets: BTreeMap<SeenKey, Vec<u8>> = BTreeMap::new();
        for transaction in &block.block.transactions {
            let id = transaction.header.id();
            if !self.known.insert(id) {
                return Err(format!("once: transaction {id} occurs twice"));
            }
            self.admit(transaction)?;
            let slot = transaction.header.valid_until_ms.0 / SLOT_MS;
            in_buckets.entry(SeenKey { slot, bucket: id.0.0[0] % BUCKETS }).or_default().extend(id.0.0);
            self.entries(transaction, &mut receipts, &mut leaves);
        }
        self.seen(in_buckets);
        self.descend(header.parent);
        if receipts != block.block.receipts {
            return Err("replay: the receipts differ".to_owned());
        }
        if header.records_root != records_root(&leaves) {
            return Err("replay: the records' root differs".to_owned());
        }
        if header.state_root != root(&self.pairs.iter().collect::<Vec<_>>(), 0) {
            return Err("replay: the state's root differs".to_owned());
        }
        Ok(())
    }

    /// Updates the tree over all headers before the block: the state holds their number and the roots of the complete
    /// subtrees that cover them.
    fn descend(&mut self, parent: Digest) {
        self.parents.push(parent);
        let leaves: Vec<_> = self.parents.iter().map(|digest| merkle::leaf_hash(&digest.0)).collect();
        let (mut rest, mut peaks) = (&leaves[..], Vec::new());
        while let Some(level) = rest.len().checked_ilog2() {
            let (subtree, after) = rest.split_at(1 << level);
            peaks.push(merkle::root(subtree));
            rest = after;
        }
        let count = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
        self.pairs.insert(AncestryKey.path(), codec::encode(&(count, peaks)));
    }

    fn admit(&self, transaction: &Transaction) -> Result<(), String> {
        let header = &transaction.header;
        let claim = Claim { key: header.author, digest: header.id().0, signature: transaction.signature };
        if !verify(Namespace::TRANSACTION, &claim) {
            return Err("authors: a transaction was not signed by its author".to_owned());
        }
        if reads_another_scheme(&header.author) {
            return Err("schemes: a key of an unknown scheme decoded".to_owned());
        }
        let ahead = header.valid_until_ms.0.checked_sub(self.time_ms).filter(|ahead| *ahead > 0);
        if ahead.is_none_or(|ahead| ahead > 600_000) || header.chain_id != self.genesis.chain_id() {
            return Err("replay: a transaction is of another chain, or not valid at this time".to_owned());
        }
        let is_operator = header.tenant == OPERATOR_TENANT && header.author == self.genesis.operator;
        let is_author = self.pairs.contains_key(&AuthorKey(header.tenant, header.author).path());
        if is_operator || is_author {
            Ok(())
        } else {
            Err("replay: a transaction of an unauthorised author".to_owned())
        }
    }

    fn entries(&mut self, transaction: &Transaction, receipts: &mut Vec<Receipt>, leaves: &mut Vec<Digest>) {
        let before = self.pairs.clone();
        let first = receipts.len();
        let mut failed = None;
        for (index, _) in transaction.entries.iter().enumerate() {
            let receipt = self.entry(transaction, index).unwrap_or_else(Receipt::Rejected);
            if let (Receipt::Rejected(rejection), Mode::Atomic) = (&receipt, transaction.header.mode) {
                failed = Some((index, rejection.clone()));
                break;
            }
            self.record(transaction, index, receipt, receipts, leaves);
        }
        let Some((cause, rejection)) = failed else { return };
        self.pairs = before;
        receipts.truncate(first);
        leaves.truncate(first);
        for index in 0..transaction.entries.len() {
            let aborted = Rejection {
                code: "ledger.atomic_aborted".to_owned(),
                fields: vec![("by".to_owned(), cause.to_string())],
            };
            let why = if index == cause { rejection.clone() } else { aborted };
            self.record(transaction, index, Receipt::Rejected(why), receipts, leaves);
        }
    }

    fn record(
        &mut self,
        transaction: &Transaction,
        index: usize,
        receipt: Receipt,
        receipts: &mut Vec<Receipt>,
        leaves: &mut Vec<Digest>,
    ) {
        let entry = &transaction.entries[index];
        let at = u32::try_from(index).unwrap_or(u32::MAX);
        let core = codec::encode(&entry.core);
        let leaf = record_leaf(transaction.header.id(), at, &core, &entry.body.digest(), &codec::encode(&receipt));
        if matches!(receipt, Receipt::Applied(_)) {
            for subject in &entry.core.subjects {
                let (count, digest) = self.head(transaction.header.tenant, *subject);
                let next = hash(Tag::STREAM, &[&digest, &leaf.0]);
                let value = [&(count + 1).to_le_bytes()[..], &next.0].concat();
                self.pairs.insert(StreamKey(transaction.header.tenant, *subject).path(), value);
            }
        }
        receipts.push(receipt);
        leaves.push(leaf);
    }

    fn head(&self, tenant: TenantId, subject: Subject) -> (u64, [u8; 32]) {
        let value = self.pairs.get(&StreamKey(tenant, subject).path());
        let parts = value.and_then(|value| value.split_first_chunk::<8>());
        parts
            .map_or((0, [0; 32]), |(count, digest)| (u64::from_le_bytes(*count), digest.try_into().unwrap_or_default()))
    }

    fn entry(&mut self, transaction: &Transaction, index: usize) -> Result<Receipt, Rejection> {
        let rejected = |code: &str| Rejection { code: code.to_owned(), fields: Vec::new() };
        let core = &transaction.entries[index].core;
        let tenant = transaction.header.tenant;
        match &core.command {
            Command::Account(account::Command::RegisterTenant(account::RegisterTenant {
                tenant,
                author,
                partitions,
            })) => {
                if transaction.header.author != self.genesis.operator {
                    return Err(rejected("account.not_operator"));
                }
                if self.pairs.contains_key(&TenantKey(*tenant).path()) {
                    return Err(rejected("account.tenant_exists"));
                }
                let value = [&partitions.to_le_bytes()[..], &1_u32.to_le_bytes()].concat();
                self.pairs.insert(TenantKey(*tenant).path(), value);
                self.pairs.insert(AuthorKey(*tenant, *author).path(), self.height.0.to_le_bytes().to_vec());
                Ok(Receipt::Applied(Event::Account(account::Event::TenantRegistered { tenant: *tenant })))
            }
            Command::Account(account::Command::AddAuthor(account::AddAuthor { author })) => {
                let path = AuthorKey(tenant, *author).path();
                if self.pairs.contains_key(&path) {
                    return Err(rejected("account.author_exists"));
                }
                self.count_authors(tenant, |authors| authors + 1);
                self.pairs.insert(path, self.height.0.to_le_bytes().to_vec());
                Ok(Receipt::Applied(Event::Account(account::Event::AuthorAdded { author: *author })))
            }
            Command::Account(account::Command::RemoveAuthor(account::RemoveAuthor { author })) => {
                if self.pairs.remove(&AuthorKey(tenant, *author).path()).is_none() {
                    return Err(rejected("account.unknown_author"));
                }
                self.count_authors(tenant, |authors| authors - 1);
                Ok(Receipt::Applied(Event::Account(account::Event::AuthorRemoved { author: *author })))
            }
            Command::Provenance(provenance::Command::CaptureEvent(provenance::CaptureEvent {
                event,
                content,
                exclusive,
            })) => {
                if !core.subjects.contains(event) {
                    return Err(rejected("provenance.subject_missing"));
                }
                if *exclusive && self.head(tenant, *event).0 > 0 {
                    return Err(rejected("provenance.event_exists"));
                }
                let path = ContentKey(tenant, *event, *content).path();
                let is_new = self.pairs.insert(path, Vec::new()).is_none();
                let captured = Event::Provenance(provenance::Event::EventCaptured { event: *event });
                Ok(if is_new { Receipt::Applied(captured) } else { Receipt::Repeated })
            }
            _ => Err(rejected("simulator.unknown_command")),
        }
    }

    /// Changes the low byte of the count: the simulator's tenants always have one or two authors.
    fn count_authors(&mut self, tenant: TenantId, change: impl Fn(u8) -> u8) {
        if let Some(authors) = self.pairs.get_mut(&TenantKey(tenant).path()).and_then(|value| value.get_mut(2)) {
            *authors = change(*authors);
        }
    }

    fn seen(&mut self, in_buckets: BTreeMap<SeenKey, Vec<u8>>) {
        for (key, ids) in in_buckets {
            let path = key.path();
            let (count, digest) = self
                .pairs
                .get(&path)
                .and_then(|value| value.split_first_chunk::<8>())
                .map_or((0, vec![0; 32]), |(count, digest)| (u64::from_le_bytes(*count), digest.to_vec()));
            let next = hash(Tag::SEEN, &[&digest, &ids]);
            let count = count + u64::try_from(ids.len() / 32).unwrap_or(0);
            self.pairs.insert(path, [&count.to_le_bytes()[..], &next.0].concat());
            self.buckets.insert(key);
        }
        let present = self.time_ms / SLOT_MS;
        let pairs = &mut self.pairs;
        self.buckets.retain(|key| {
            if key.slot < present {
                pairs.remove(&key.path());
            }
            key.slot >= present
        });
    }
}

/// The root over ascending pairs that share their first `depth` bits.
fn root(pairs: &[(&Digest, &Vec<u8>)], depth: usize) -> Digest {
    match pairs {
        [] => Digest::ZERO,
        [(path, value)] => leaf_hash(path, &value_hash(value)),
        _ => {
            let is_left = |(path, _): &(&Digest, &Vec<u8>)| path.0[depth / 8] >> (7 - depth % 8) & 1 == 0;
            let (left, right) = pairs.split_at(pairs.partition_point(is_left));
            node_hash(&root(left, depth + 1), &root(right, depth + 1))
        }
    }
}

/// Whether a key decodes although its first byte, the signature scheme, is not the scheme of the chain.
fn reads_another_scheme(key: &PublicKey) -> bool {
    let mut bytes = codec::encode(key);
    let Some(scheme) = bytes.first_mut() else { return true };
    *scheme = scheme.wrapping_add(1);
    codec::decode::<PublicKey>("a key", &bytes).is_ok()
}
