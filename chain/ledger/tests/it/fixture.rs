//! A ledger of one shard without a disk, driven block by block. Invariant: equal calls give an equal ledger.

use chain_ledger::{BlockExecution, Executed, Law, OPERATOR_TENANT, Position, Refusal, encode_delta, seen::SeenSet};
use chain_state::{LeafReader, ReadFailure, State, StoredLeaf};
use chain_types::{
    Body, ChainParameters, Command, Digest, Entry, EntryCore, Epoch, Event, Genesis, Height, Mode, PROTOCOL_VERSION,
    Receipt, Rejection, SecretKey, ShardId, StreamHead, Subject, TenantId, TimestampMs, Transaction, account,
    digest::{Tag, hash},
    provenance,
    state::{StreamKey, TypedKey},
    stream::kind,
    transaction::Draft,
    validator::{Validator, ValidatorSet},
};

pub(crate) const TENANT: TenantId = TenantId([0x11; 16]);
/// The genesis time; a multiple of the seen-set's slot.
pub(crate) const START_MS: u64 = 1_767_225_600_000;
/// The validity of the fixture's transactions, in milliseconds from the present time.
pub(crate) const VALID_FOR_MS: u64 = 90_000;

/// An empty disk.
pub(crate) struct NoDisk;

impl LeafReader for NoDisk {
    fn leaves(&self, _bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
        Ok(Vec::new())
    }
}

pub(crate) struct Ledger {
    pub(crate) genesis: Genesis,
    pub(crate) state: State<NoDisk>,
    pub(crate) seen: SeenSet,
    pub(crate) time: TimestampMs,
    height: Height,
    salt: u128,
}

/// The result of a block, with a refusal or `None` for each transaction.
pub(crate) struct Outcome {
    pub(crate) executed: Executed,
    pub(crate) delta: Vec<u8>,
    pub(crate) refusals: Vec<Option<Refusal>>,
}

pub(crate) fn operator() -> SecretKey {
    SecretKey::from_seed(&[0xee; 32])
}

pub(crate) fn author(number: u8) -> SecretKey {
    SecretKey::from_seed(&[number; 32])
}

/// The digest that the block after `height` names as its parent.
pub(crate) fn parent(height: Height) -> Digest {
    hash(Tag::HEADER, &[&height.0.to_le_bytes()])
}

impl Ledger {
    /// A ledger at genesis.
    pub(crate) fn new() -> Self {
        let validator = Validator { key: SecretKey::from_seed(&[0xdd; 32]).public_key(), weight: 1 };
        let genesis = Genesis {
            version: PROTOCOL_VERSION,
            name: "law".to_owned(),
            timestamp_ms: TimestampMs(START_MS),
            salt: [1; 16],
            shards: 1,
            operator: operator().public_key(),
            parameters: ChainParameters::default(),
            validators: ValidatorSet { epoch: Epoch(0), validators: vec![validator] },
            beacon: None,
        };
        Self {
            genesis,
            state: State::restore(NoDisk, []),
            seen: SeenSet::default(),
            time: TimestampMs(START_MS),
            height: Height(0),
            salt: 0,
        }
    }

    /// A ledger on which [`TENANT`] is registered with author 1.
    pub(crate) fn with_tenant() -> Self {
        let mut ledger = Self::new();
        let receipts = ledger.run(&operator(), OPERATOR_TENANT, Mode::Atomic, vec![register(TENANT, &author(1), 1)]);
        assert_eq!(receipts, [account_applied(account::Event::TenantRegistered { tenant: TENANT })]);
        ledger
    }

    /// An unsigned transaction. Each draft of a ledger has another salt.
    pub(crate) fn draft(&mut self, tenant: TenantId, mode: Mode) -> Draft {
        self.salt += 1;
        Draft {
            chain_id: self.genesis.chain_id(),
            tenant,
            valid_until_ms: TimestampMs(self.time.0 + VALID_FOR_MS),
            salt: self.salt.to_le_bytes(),
            mode,
        }
    }

    /// Executes one block with these transactions at the present time.
    pub(crate) fn block(&mut self, transactions: Vec<Transaction>) -> Outcome {
        let law = Law::of(&self.genesis, ShardId(0));
        let position = Position { height: Height(1), time: self.time, parent: parent(self.height) };
        let mut execution = BlockExecution::new(&law, &mut self.state, &self.seen, position);
        let mut refusals = Vec::new();
        for transaction in transactions {
            let checked = transaction.check().expect("the test's transactions are well formed");
            refusals.push(execution.execute(&checked).expect("the test state has no disk").err());
        }
        let executed = execution.finish().expect("the test state has no disk");
        let delta = encode_delta(&executed.writes);
        self.state.apply(executed.writes.clone()).expect("the test state has no disk");
        self.height = self.height.next();
        self.seen.extend(self.height, self.time, &executed.ids);
        Outcome { executed, delta, refusals }
    }

    /// Executes one transaction in its own block and returns the receipts of its commands.
    pub(crate) fn run(&mut self, key: &SecretKey, tenant: TenantId, mode: Mode, entries: Vec<Entry>) -> Vec<Receipt> {
        let transaction = self.draft(tenant, mode).sign(key, entries);
        let outcome = self.block(vec![transaction]);
        assert_eq!(outcome.refusals, [None]);
        outcome.executed.receipts
    }

    /// Executes one command, signed by [`TENANT`]'s author 1, in its own block.
    pub(crate) fn run_one(&mut self, entry: Entry) -> Receipt {
        let mut receipts = self.run(&author(1), TENANT, Mode::Atomic, vec![entry]);
        receipts.pop().expect("one command has one receipt")
    }

    pub(crate) fn read<K: TypedKey>(&mut self, key: &K) -> Option<K::Value> {
        let value = self.state.get(&key.path()).expect("the test state has no disk");
        value.map(|bytes| key.decode(bytes).expect("every value in the state was encoded by the ledger"))
    }

    /// The head of one of [`TENANT`]'s streams.
    pub(crate) fn head(&mut self, subject: Subject) -> Option<StreamHead> {
        self.read(&StreamKey(TENANT, subject))
    }
}

/// The subject of an event id.
pub(crate) fn event(id: &str) -> Subject {
    Subject::of(TENANT, kind::EVENT, id, &[7; 32])
}

/// The subject of a lot.
pub(crate) fn lot(id: &str) -> Subject {
    Subject::of(TENANT, kind::EPC, id, &[7; 32])
}

pub(crate) fn content(text: &str) -> Digest {
    hash(Tag::FIELDS, &[text.as_bytes()])
}

/// An entry with a small public body.
pub(crate) fn entry(mut subjects: Vec<Subject>, command: Command) -> Entry {
    subjects.sort_unstable();
    Entry { core: EntryCore { subjects, command }, body: Body::Public(b"{}".to_vec()) }
}

pub(crate) fn register(tenant: TenantId, first: &SecretKey, partitions: u16) -> Entry {
    let author = first.public_key();
    entry(
        Vec::new(),
        Command::Account(account::Command::RegisterTenant(account::RegisterTenant { tenant, author, partitions })),
    )
}

pub(crate) fn add(key: &SecretKey) -> Entry {
    entry(Vec::new(), Command::Account(account::Command::AddAuthor(account::AddAuthor { author: key.public_key() })))
}

pub(crate) fn remove(key: &SecretKey) -> Entry {
    entry(
        Vec::new(),
        Command::Account(account::Command::RemoveAuthor(account::RemoveAuthor { author: key.public_key() })),
    )
}

/// A capture of `text` under the event id `id`, with no other subject.
pub(crate) fn capture(id: &str, text: &str) -> Entry {
    capture_about(id, text, &[])
}

/// A capture whose subjects include some lots.
pub(crate) fn capture_about(id: &str, text: &str, lots: &[&str]) -> Entry {
    let subjects = std::iter::once(event(id)).chain(lots.iter().map(|name| lot(name))).collect();
    let (event, content) = (event(id), content(text));
    let command = provenance::Command::CaptureEvent(provenance::CaptureEvent { event, content, exclusive: false });
    entry(subjects, Command::Provenance(command))
}

/// A capture that is rejected unless it is the first of its id.
pub(crate) fn capture_exclusive(id: &str, text: &str) -> Entry {
    let (event, content) = (event(id), content(text));
    let command = provenance::Command::CaptureEvent(provenance::CaptureEvent { event, content, exclusive: true });
    entry(vec![event], Command::Provenance(command))
}

pub(crate) fn declare(id: &str, text: &str) -> Entry {
    let (event, content) = (event(id), content(text));
    entry(
        vec![event],
        Command::Provenance(provenance::Command::DeclareError(provenance::DeclareError { event, content })),
    )
}

/// The subject of an element of master data.
pub(crate) fn element(id: &str) -> Subject {
    Subject::of(TENANT, kind::MASTER_DATA, id, &[7; 32])
}

pub(crate) fn record_master_data(id: &str, text: &str) -> Entry {
    let (element, content) = (element(id), content(text));
    let command = provenance::Command::RecordMasterData(provenance::RecordMasterData { element, content });
    entry(vec![element], Command::Provenance(command))
}

pub(crate) fn master_data_recorded(id: &str) -> Receipt {
    provenance_applied(provenance::Event::MasterDataRecorded { element: element(id) })
}

/// The receipt of an account command that took effect.
pub(crate) fn account_applied(event: account::Event) -> Receipt {
    Receipt::Applied(Event::Account(event))
}

/// The receipt of a provenance command that took effect.
pub(crate) fn provenance_applied(event: provenance::Event) -> Receipt {
    Receipt::Applied(Event::Provenance(event))
}

pub(crate) fn captured(id: &str) -> Receipt {
    provenance_applied(provenance::Event::EventCaptured { event: event(id) })
}

pub(crate) fn declared(id: &str) -> Receipt {
    provenance_applied(provenance::Event::ErrorDeclared { event: event(id) })
}

pub(crate) fn rejected(code: &str) -> Receipt {
    Receipt::Rejected(Rejection::new(code))
}
