//! The chain executed from genesis by a second implementation of the law, with the state as a plain map and its root
//! computed from all leaves. Invariants checked: every root of every header, every receipt, no transaction twice, every
//! author's signature.

use super::{agreement::Agreement, joining::Joining};
use chain_ledger::OPERATOR_TENANT;
use chain_types::{
    Digest, Event, FinalBlock, Genesis, Height, Mode, Operation, Receipt, Rejection, ShardId, Subject, TenantId,
    Transaction, account, codec,
    digest::{Tag, hash},
    provenance,
    record::{record_leaf, records_root},
    signature::{Claim, Namespace, verify},
    state::{StateKey, leaf_hash, node_hash, value_hash},
};
use std::collections::{BTreeMap, BTreeSet};

/// A length of the seen-set's slots, in milliseconds.
const SLOT_MS: u64 = 60_000;

/// Replays every shard of the agreed chains, and compares on the way what was joined with.
///
/// # Errors
/// The first thing that is not as it must be.
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
    slots: BTreeSet<u64>,
    known: BTreeSet<chain_types::TxId>,
    time_ms: u64,
    height: Height,
}

impl<'g> Ledger<'g> {
    fn new(genesis: &'g Genesis) -> Self {
        Self {
            genesis,
            pairs: Pairs::new(),
            slots: BTreeSet::new(),
            known: BTreeSet::new(),
            time_ms: genesis.timestamp_ms.0,
            height: Height(0),
        }
    }

    fn execute(&mut self, block: &FinalBlock) -> Result<(), String> {
        let header = &block.header;
        if header.height != self.height.next() || header.timestamp_ms.0 < self.time_ms {
            return Err("ancestry: a height is missing or time runs backwards".to_owned());
        }
        (self.height, self.time_ms) = (header.height, header.timestamp_ms.0);
        let (mut receipts, mut leaves) = (Vec::new(), Vec::new());
        let mut in_slots: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
        for transaction in &block.block.transactions {
            let id = transaction.header.id();
            if !self.known.insert(id) {
                return Err(format!("once: transaction {id} is there twice"));
            }
            self.admit(transaction)?;
            let slot = transaction.header.valid_until_ms.0 / SLOT_MS;
            in_slots.entry(slot).or_default().extend(id.0.0);
            self.commands(transaction, &mut receipts, &mut leaves);
        }
        self.seen(in_slots);
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

    fn admit(&self, transaction: &Transaction) -> Result<(), String> {
        let header = &transaction.header;
        let claim = Claim { key: header.author, digest: header.id().0, signature: transaction.signature };
        if !verify(Namespace::TRANSACTION, &claim) {
            return Err("authors: a transaction was not signed by its author".to_owned());
        }
        let ahead = header.valid_until_ms.0.checked_sub(self.time_ms).filter(|ahead| *ahead > 0);
        if ahead.is_none_or(|ahead| ahead > 600_000) || header.chain_id != self.genesis.chain_id() {
            return Err("replay: a transaction is not of this chain and time".to_owned());
        }
        let is_operator = header.tenant == OPERATOR_TENANT && header.author == self.genesis.operator;
        let is_author = self.pairs.contains_key(&StateKey::Author(header.tenant, header.author).path());
        if is_operator || is_author { Ok(()) } else { Err("replay: a stranger's transaction".to_owned()) }
    }

    fn commands(&mut self, transaction: &Transaction, receipts: &mut Vec<Receipt>, leaves: &mut Vec<Digest>) {
        let before = self.pairs.clone();
        let first = receipts.len();
        let mut failed = None;
        for (index, _) in transaction.commands.iter().enumerate() {
            let verdict = self.command(transaction, index);
            if let (Err(rejection), Mode::Atomic) = (&verdict, transaction.header.mode) {
                failed = Some((index, rejection.clone()));
                break;
            }
            self.record(transaction, index, verdict, receipts, leaves);
        }
        let Some((cause, rejection)) = failed else { return };
        self.pairs = before;
        receipts.truncate(first);
        leaves.truncate(first);
        for index in 0..transaction.commands.len() {
            let aborted = Rejection {
                code: "ledger.atomic_aborted".to_owned(),
                fields: vec![("by".to_owned(), cause.to_string())],
            };
            let why = if index == cause { rejection.clone() } else { aborted };
            self.record(transaction, index, Err(why), receipts, leaves);
        }
    }

    fn record(
        &mut self,
        transaction: &Transaction,
        index: usize,
        verdict: Result<(Event, bool), Rejection>,
        receipts: &mut Vec<Receipt>,
        leaves: &mut Vec<Digest>,
    ) {
        let joins = matches!(verdict, Ok((_, true)));
        let receipt = match verdict {
            Ok((event, _)) => Receipt::Applied { events: vec![event] },
            Err(rejection) => Receipt::Rejected(rejection),
        };
        let command = &transaction.commands[index];
        let at = u32::try_from(index).unwrap_or(u32::MAX);
        let core = codec::encode(&command.core);
        let leaf = record_leaf(transaction.header.id(), at, &core, &command.body.digest(), &codec::encode(&receipt));
        if joins {
            for subject in &command.core.subjects {
                let (count, digest) = self.head(transaction.header.tenant, *subject);
                let next = hash(Tag::STREAM, &[&digest, &leaf.0]);
                let value = [&(count + 1).to_le_bytes()[..], &next.0].concat();
                self.pairs.insert(StateKey::Stream(transaction.header.tenant, *subject).path(), value);
            }
        }
        receipts.push(receipt);
        leaves.push(leaf);
    }

    fn head(&self, tenant: TenantId, subject: Subject) -> (u64, [u8; 32]) {
        let value = self.pairs.get(&StateKey::Stream(tenant, subject).path());
        let parts = value.and_then(|value| value.split_first_chunk::<8>());
        parts
            .map_or((0, [0; 32]), |(count, digest)| (u64::from_le_bytes(*count), digest.try_into().unwrap_or_default()))
    }

    fn command(&mut self, transaction: &Transaction, index: usize) -> Result<(Event, bool), Rejection> {
        let rejected = |code: &str| Rejection { code: code.to_owned(), fields: Vec::new() };
        let core = &transaction.commands[index].core;
        let tenant = transaction.header.tenant;
        match &core.operation {
            Operation::Account(account::Operation::RegisterTenant { tenant, author, partitions }) => {
                if transaction.header.author != self.genesis.operator {
                    return Err(rejected("account.not_operator"));
                }
                if self.pairs.contains_key(&StateKey::Tenant(*tenant).path()) {
                    return Err(rejected("account.tenant_exists"));
                }
                let value = [&partitions.to_le_bytes()[..], &1_u32.to_le_bytes()].concat();
                self.pairs.insert(StateKey::Tenant(*tenant).path(), value);
                self.pairs.insert(StateKey::Author(*tenant, *author).path(), Vec::new());
                Ok((Event::Account(account::Event::TenantRegistered { tenant: *tenant }), true))
            }
            Operation::Provenance(provenance::Operation::CaptureEvent { event, content, exclusive }) => {
                if !core.subjects.contains(event) {
                    return Err(rejected("provenance.subject_missing"));
                }
                if *exclusive && self.head(tenant, *event).0 > 0 {
                    return Err(rejected("provenance.event_exists"));
                }
                let path = StateKey::ProvenanceEvent(tenant, *event, *content).path();
                let is_new = self.pairs.insert(path, Vec::new()).is_none();
                let event = *event;
                let happened =
                    if is_new { provenance::Event::Captured { event } } else { provenance::Event::Repeated { event } };
                Ok((Event::Provenance(happened), is_new))
            }
            _ => Err(rejected("simulator.unknown_command")),
        }
    }

    fn seen(&mut self, in_slots: BTreeMap<u64, Vec<u8>>) {
        for (slot, ids) in in_slots {
            let path = StateKey::Seen(slot).path();
            let (count, digest) = self
                .pairs
                .get(&path)
                .and_then(|value| value.split_first_chunk::<8>())
                .map_or((0, vec![0; 32]), |(count, digest)| (u64::from_le_bytes(*count), digest.to_vec()));
            let next = hash(Tag::SEEN, &[&digest, &ids]);
            let count = count + u64::try_from(ids.len() / 32).unwrap_or(0);
            self.pairs.insert(path, [&count.to_le_bytes()[..], &next.0].concat());
            self.slots.insert(slot);
        }
        let present = self.time_ms / SLOT_MS;
        let pairs = &mut self.pairs;
        self.slots.retain(|slot| {
            if *slot < present {
                pairs.remove(&StateKey::Seen(*slot).path());
            }
            *slot >= present
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
