//! A handmade chain for tests: one tenant, one block of seven records, its state and the validators' signatures.
//! Invariant: everything is a function of the constants here, so that the vectors are reproducible.

use chain_proof::bundle::SubjectPart;
use chain_types::{
    Block, BlockHeader, Body, Certificate, ChainParameters, Command, Digest, Entry, EntryCore, Epoch, Event,
    FinalBlock, Genesis, Height, Mode, PROTOCOL_VERSION, Receipt, Rejection, SecretKey, StreamHead, Subject, TenantId,
    TimestampMs, Transaction, View, Vote,
    ancestry::{Ancestry, completed, siblings},
    body::{Field, fields_commitment},
    codec,
    digest::{Tag, hash},
    id::home_shard,
    provenance,
    record::records_root,
    signature::Namespace,
    state::{self, AncestryKey, SeenKey, StateProof, StreamKey, Terminal, TypedKey},
    transaction::Draft,
    validator::{Validator, ValidatorSet},
};
use std::{collections::BTreeMap, convert::Infallible};

pub(crate) const TENANT: TenantId = TenantId([0x11; 16]);
pub(crate) const LOT: &str = "https://id.gs1.org/01/09521321000010/10/LOT-7";
/// 2026-01-01T00:00:00Z.
const START_MS: u64 = 1_767_225_600_000;

/// The records that tests use, by their index in the block.
pub(crate) mod record {
    /// A captured event about the lot.
    pub(crate) const EVENT: u32 = 0;
    /// A rejected event.
    pub(crate) const REJECTED: u32 = 2;
    /// A captured event in the middle of a transaction, about the lot.
    pub(crate) const MIDDLE: u32 = 3;
    /// An event whose content was already recorded.
    pub(crate) const REPEATED: u32 = 4;
    /// An event with a public body.
    pub(crate) const PUBLIC: u32 = 5;
    /// An error declaration about the lot.
    pub(crate) const DECLARED: u32 = 6;
}

/// A chain with one block that tests build evidence from.
pub(crate) struct World {
    pub(crate) genesis: Genesis,
    pub(crate) block: FinalBlock,
    /// The fields of each record's document, by index in the block.
    pub(crate) fields: Vec<Vec<Field>>,
    /// The pairs of path and value in the state after the block.
    pub(crate) state: Vec<(Digest, Vec<u8>)>,
    /// The tree over all headers before the block.
    pub(crate) ancestry: Ancestry,
    validators: Vec<SecretKey>,
}

/// 32 bytes that follow from a text.
pub(crate) fn seed(text: &str) -> [u8; 32] {
    hash(Tag::SEEN, &[text.as_bytes()]).0
}

fn salt(text: &str) -> [u8; 16] {
    *seed(text).first_chunk().expect("32 bytes contain 16")
}

pub(crate) fn subject_part(kind: &str, id: &str) -> SubjectPart {
    SubjectPart { kind: kind.to_owned(), id: id.to_owned(), blind: seed(&format!("blind {kind} {id}")) }
}

pub(crate) fn subject(kind: &str, id: &str) -> Subject {
    subject_part(kind, id).subject(TENANT).expect("kinds are short")
}

pub(crate) fn event_id(index: u32) -> String {
    format!("urn:uuid:00000000-0000-4000-8000-{index:012}")
}

/// The id of a record's event. The error declaration has that of the event at `erroneous`.
fn own_id(index: u32, erroneous: u32) -> String {
    event_id(if index == record::DECLARED { erroneous } else { index })
}

/// The fields of an event, as sealing derives them, with salts that follow from the index.
fn event_fields(index: u32, erroneous: u32) -> Vec<Field> {
    let members = [
        ("/action", "\"OBSERVE\"".to_owned()),
        ("/eventID", format!("{:?}", own_id(index, erroneous))),
        ("/eventTime", "\"2026-01-01T00:00:00.000Z\"".to_owned()),
        ("/quantityList/0/epcClass", format!("{LOT:?}")),
        ("/quantityList/0/quantity", "200.5".to_owned()),
        ("/type", "\"ObjectEvent\"".to_owned()),
    ];
    let field = |(pointer, value): (&str, String)| {
        let pointer = pointer.to_owned();
        Field { salt: salt(&format!("salt {index} {pointer}")), pointer, value }
    };
    members.map(field).into()
}

fn sealed(fields: &[Field], index: u32) -> Body {
    let leaves: Vec<_> = fields.iter().map(Field::leaf).collect();
    let commitment = fields_commitment(&leaves).expect("the fields are within the limit");
    Body::Sealed { ciphertext: seed(&format!("ciphertext {index}")).to_vec(), commitment }
}

fn entry(index: u32, fields: &[Field], erroneous: u32) -> Entry {
    let event = subject("event", &own_id(index, erroneous));
    let mut subjects = vec![event, subject("epc", LOT)];
    subjects.sort_unstable();
    let content = Digest(seed(&format!("content {index}")));
    let command = if index == record::DECLARED {
        provenance::Command::DeclareError(provenance::DeclareError { event, content })
    } else {
        provenance::Command::CaptureEvent(provenance::CaptureEvent {
            event,
            content,
            exclusive: index == record::REJECTED,
        })
    };
    let body = if index == record::PUBLIC {
        Body::Public(br#"{"type":"ObjectEvent","action":"OBSERVE"}"#.to_vec())
    } else {
        sealed(fields, index)
    };
    Entry { core: EntryCore { subjects, command: Command::Provenance(command) }, body }
}

fn receipt(index: u32, erroneous: u32) -> Receipt {
    let event = subject("event", &own_id(index, erroneous));
    match index {
        record::REJECTED => {
            Receipt::Rejected(Rejection::new("provenance.event_exists").with("event", &event_id(index)))
        }
        record::REPEATED => Receipt::Repeated,
        record::DECLARED => applied(provenance::Event::ErrorDeclared { event }),
        _ => applied(provenance::Event::EventCaptured { event }),
    }
}

fn applied(event: provenance::Event) -> Receipt {
    Receipt::Applied(Event::Provenance(event))
}

/// A transaction of the tenant's author.
pub(crate) fn sign(genesis: &Genesis, salt_text: &str, entries: &[Entry]) -> Transaction {
    let draft = Draft {
        chain_id: genesis.chain_id(),
        tenant: TENANT,
        valid_until_ms: TimestampMs(START_MS + 600_000),
        salt: salt(salt_text),
        mode: Mode::Independent,
    };
    draft.sign(&SecretKey::from_seed(&seed("author")), entries.to_vec())
}

/// The key of a validator by its number. Genesis has the lowest numbers.
pub(crate) fn validator(at: usize) -> SecretKey {
    SecretKey::from_seed(&seed(&format!("validator {at}")))
}

/// The certificate of a vote, signed by some of these keys.
pub(crate) fn certificate(keys: &[SecretKey], vote: Vote, signers: &[usize]) -> Certificate {
    let digest = vote.digest();
    let sign = |at: &usize| {
        let index = u16::try_from(*at).expect("a test has few validators");
        (index, keys[*at].sign(Namespace::VOTE, &digest))
    };
    Certificate { vote, signatures: signers.iter().map(sign).collect() }
}

impl World {
    /// A chain whose validators have the given weights.
    pub(crate) fn new(weights: &[u64]) -> Self {
        Self::with_fields(weights, &|_, _| {})
    }

    /// A chain whose tenant commits to the fields as `change` modified them.
    pub(crate) fn with_fields(weights: &[u64], change: &dyn Fn(u32, &mut Vec<Field>)) -> Self {
        Self::made(weights, &|_| {}, change, record::DECLARED)
    }

    /// A chain on which the error declaration is about the event of [`record::EVENT`] instead of one that was captured
    /// elsewhere.
    pub(crate) fn with_erroneous_event(weights: &[u64]) -> Self {
        Self::made(weights, &|_| {}, &|_, _| {}, record::EVENT)
    }

    /// A chain whose genesis document is the default as `change` modified it.
    pub(crate) fn with_genesis(weights: &[u64], change: &dyn Fn(&mut Genesis)) -> Self {
        Self::made(weights, change, &|_, _| {}, record::DECLARED)
    }

    fn made(
        weights: &[u64],
        begin: &dyn Fn(&mut Genesis),
        change: &dyn Fn(u32, &mut Vec<Field>),
        erroneous: u32,
    ) -> Self {
        let validators: Vec<_> = (0..weights.len()).map(validator).collect();
        let set = validators.iter().zip(weights);
        let mut genesis = Genesis {
            version: PROTOCOL_VERSION,
            name: "vectors".to_owned(),
            timestamp_ms: TimestampMs(START_MS),
            salt: salt("genesis"),
            shards: 2,
            operator: SecretKey::from_seed(&seed("operator")).public_key(),
            parameters: ChainParameters::default(),
            validators: ValidatorSet {
                epoch: Epoch(0),
                validators: set.map(|(key, weight)| Validator { key: key.public_key(), weight: *weight }).collect(),
            },
            beacon: None,
        };
        begin(&mut genesis);
        let fields: Vec<_> = (0..7)
            .map(|index| {
                let mut fields = event_fields(index, erroneous);
                change(index, &mut fields);
                fields
            })
            .collect();
        let entries: Vec<_> = (0_u32..).zip(&fields).map(|(index, fields)| entry(index, fields, erroneous)).collect();
        let (first, rest) = entries.split_at(1);
        let transactions = vec![sign(&genesis, "first", first), sign(&genesis, "second", rest)];
        let block = Block { transactions, receipts: (0..7).map(|index| receipt(index, erroneous)).collect() };
        let header = BlockHeader {
            version: PROTOCOL_VERSION,
            chain_id: genesis.chain_id(),
            shard: home_shard(TENANT, 0, genesis.shards),
            epoch: Epoch(0),
            height: Height(12),
            view: View(14),
            parent: Digest(seed("parent")),
            timestamp_ms: TimestampMs(START_MS + 86_400_123),
            records_root: Digest::ZERO,
            delta_root: Digest(seed("delta")),
            state_root: Digest::ZERO,
            transactions_root: Digest::ZERO,
            validator_set_hash: genesis.validators.digest(),
            proposer: 0,
        };
        let certificate = Certificate { vote: header.finalise_vote(), signatures: Vec::new() };
        let block = FinalBlock { header, certificate, block };
        let mut ancestry = Ancestry::default();
        (0..block.header.height.0).for_each(|height| ancestry.push(&ancestor(height)));
        let mut world = Self { genesis, block, fields, state: Vec::new(), ancestry, validators };
        world.settle();
        world
    }

    /// The same world at a later height, with the given header among the ancestors of its block. Also returns the
    /// siblings of that header's path.
    pub(crate) fn after(mut self, height: Height, header: &BlockHeader) -> (Self, Vec<Digest>) {
        let digest = |at| if at == header.height.0 { header.digest() } else { ancestor(at) };
        let mut nodes = BTreeMap::new();
        self.ancestry = Ancestry::default();
        for at in 0..height.0 {
            self.ancestry.push(&digest(at));
            let known = |subtree| Ok::<_, Infallible>(nodes.get(&subtree).copied());
            let added = completed(at, &digest(at), known).expect("reading memory cannot fail");
            nodes.extend(added.expect("all earlier subtrees are known"));
        }
        let known = |subtree| Ok::<_, Infallible>(nodes.get(&subtree).copied());
        let path = siblings(header.height.0, height.0, known).expect("reading memory cannot fail");
        self.block.header.height = height;
        self.settle();
        (self, path.expect("the header is an ancestor"))
    }

    /// Computes the roots that follow from records and streams, and certifies the block.
    fn settle(&mut self) {
        let leaves = self.leaves();
        self.block.header.records_root = records_root(&leaves);
        let mut state: Vec<_> = (0..20).map(|minute| (SeenKey { slot: minute, bucket: 0 }.path(), vec![1])).collect();
        for index in 0..7 {
            let own = self.stream_leaves(&subject("event", &event_id(index)));
            if !own.is_empty() {
                state.push((StreamKey(TENANT, subject("event", &event_id(index))).path(), head(&own)));
            }
        }
        let lot = subject("epc", LOT);
        state.push((StreamKey(TENANT, lot).path(), head(&self.stream_leaves(&lot))));
        state.push((AncestryKey.path(), codec::encode(&self.ancestry)));
        state.sort_unstable();
        self.block.header.state_root = subtree(&state, 0);
        self.state = state;
        let signers: Vec<_> = (0..self.validators.len()).collect();
        self.block.certificate = self.certify(&self.block.header, &signers);
    }

    pub(crate) fn leaves(&self) -> Vec<Digest> {
        self.block.leaves().expect("there is one receipt per command")
    }

    /// The leaves of a subject's applied records.
    pub(crate) fn stream_leaves(&self, subject: &Subject) -> Vec<Digest> {
        let entries = self.block.block.transactions.iter().flat_map(|transaction| &transaction.entries);
        let records = (0_u32..).zip(self.leaves()).zip(entries);
        let joined = records.filter(|((index, _), entry)| {
            *index != record::REJECTED && *index != record::REPEATED && entry.core.subjects.contains(subject)
        });
        joined.map(|((_, leaf), _)| leaf).collect()
    }

    /// A certificate of a header by the given signers.
    pub(crate) fn certify(&self, header: &BlockHeader, signers: &[usize]) -> Certificate {
        self.sign(header.finalise_vote(), signers)
    }

    /// A certificate of a vote by the given signers.
    pub(crate) fn sign(&self, vote: Vote, signers: &[usize]) -> Certificate {
        certificate(&self.validators, vote, signers)
    }

    /// The proof for a key of the state.
    pub(crate) fn prove(&self, key: &impl TypedKey) -> StateProof {
        let path = key.path();
        let mut siblings = Vec::new();
        let mut entries = &self.state[..];
        for depth in 0.. {
            let terminal = match entries {
                [] => Terminal::Empty,
                [(own, value)] if *own == path => Terminal::Present { value: value.clone() },
                [(path, value)] => Terminal::Other { path: *path, value_hash: state::value_hash(value) },
                _ => {
                    let (left, right) = halves(entries, depth);
                    let (next, sibling) = if state::bit(&path, depth) { (right, left) } else { (left, right) };
                    siblings.push(subtree(sibling, depth + 1));
                    entries = next;
                    continue;
                }
            };
            return StateProof { siblings, terminal };
        }
        unreachable!("two different keys differ in some of their 256 bits")
    }
}

/// A placeholder digest of an early header, which the next header names as its parent.
fn ancestor(height: u64) -> Digest {
    Digest(seed(&format!("header {height}")))
}

fn head(leaves: &[Digest]) -> Vec<u8> {
    codec::encode(&leaves.iter().fold(StreamHead::default(), |head, leaf| head.push(leaf)))
}

/// State entries (path, value), ascending by path.
type Entries = [(Digest, Vec<u8>)];

fn halves(entries: &Entries, depth: usize) -> (&Entries, &Entries) {
    entries.split_at(entries.partition_point(|(path, _)| !state::bit(path, depth)))
}

/// The root over the ascending entries of one subtree, computed directly from the tree's definition.
fn subtree(entries: &Entries, depth: usize) -> Digest {
    match entries {
        [] => Digest::ZERO,
        [(path, value)] => state::leaf_hash(path, &state::value_hash(value)),
        _ => {
            let (left, right) = halves(entries, depth);
            state::node_hash(&subtree(left, depth + 1), &subtree(right, depth + 1))
        }
    }
}
