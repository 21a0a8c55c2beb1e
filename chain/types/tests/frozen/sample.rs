//! One value of every encoded type. Invariant: built from constants, and no two members of a value hold the same bytes,
//! so that an exchange of two members cannot go unnoticed.

use chain_types::{
    Block, BlockHeader, Body, ChainId, Command, CommandCore, Digest, Epoch, Event, FinalBlock, Genesis, Height, Mode,
    Operation, PublicKey, Receipt, Rejection, SecretKey, ShardId, StreamHead, Subject, TenantId, TimestampMs,
    Transaction, View,
    account::{self, Tenant},
    body::Field,
    certificate::Certificate,
    merkle::Path,
    provenance,
    signature::Namespace,
    state::{StateKey, Terminal},
    transaction::Draft,
    validator::{Validator, ValidatorSet},
};

pub(crate) const TENANT: TenantId = TenantId([0x21; 16]);
pub(crate) const SUBJECT: Subject = Subject(Digest([0x31; 32]));
const CONTENT: Digest = Digest([0x32; 32]);

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn author() -> PublicKey {
    key(3).public_key()
}

pub(crate) fn genesis() -> Genesis {
    let validator = |seed, weight| Validator { key: key(seed).public_key(), weight };
    Genesis {
        name: "frözen".to_owned(),
        timestamp_ms: TimestampMs(1_767_225_600_000),
        salt: [0x22; 16],
        shards: 2,
        operator: key(2).public_key(),
        validators: ValidatorSet { epoch: Epoch(0), validators: vec![validator(10, 5), validator(11, 1)] },
        beacon: None,
    }
}

pub(crate) fn operations() -> [(&'static str, Operation); 5] {
    let account = Operation::Account;
    let provenance = Operation::Provenance;
    let registered = account::Operation::RegisterTenant { tenant: TENANT, author: author(), partitions: 4 };
    let captured = provenance::Operation::CaptureEvent { event: SUBJECT, content: CONTENT, exclusive: true };
    let declared = provenance::Operation::DeclareError { event: SUBJECT, content: CONTENT };
    [
        ("command_core_register_tenant", account(registered)),
        ("command_core_add_author", account(account::Operation::AddAuthor { author: author() })),
        ("command_core_remove_author", account(account::Operation::RemoveAuthor { author: author() })),
        ("command_core_capture_event", provenance(captured)),
        ("command_core_declare_error", provenance(declared)),
    ]
}

pub(crate) fn core(operation: Operation) -> CommandCore {
    CommandCore { subjects: vec![SUBJECT, Subject(Digest([0x3f; 32]))], operation }
}

pub(crate) fn commands() -> [Command; 2] {
    let [.., (_, captured), (_, declared)] = operations();
    let sealed = Body::Sealed { ciphertext: vec![0x41; 20], commitment: Digest([0x42; 32]) };
    [
        Command { core: core(captured), body: sealed },
        Command { core: core(declared), body: Body::Public(b"{\"a\":1}".to_vec()) },
    ]
}

pub(crate) fn field() -> Field {
    Field { salt: [0x43; 16], pointer: "/quantityList/0/größe".to_owned(), value: "200.5".to_owned() }
}

pub(crate) fn transaction() -> Transaction {
    let draft = Draft {
        chain_id: genesis().chain_id(),
        tenant: TENANT,
        valid_until_ms: TimestampMs(1_767_225_900_000),
        salt: [0x23; 16],
        mode: Mode::Independent,
    };
    draft.sign(&key(3), commands().into())
}

pub(crate) fn receipts() -> [(&'static str, Receipt); 2] {
    let events = vec![Event::Provenance(provenance::Event::Captured { event: SUBJECT })];
    let rejection = Rejection::new("provenance.event_exists").with("event", &SUBJECT.0);
    [("receipt_applied", Receipt::Applied { events }), ("receipt_rejected", Receipt::Rejected(rejection))]
}

pub(crate) fn events() -> [(&'static str, Event); 6] {
    [
        ("event_tenant_registered", Event::Account(account::Event::TenantRegistered { tenant: TENANT })),
        ("event_author_added", Event::Account(account::Event::AuthorAdded { author: author() })),
        ("event_author_removed", Event::Account(account::Event::AuthorRemoved { author: author() })),
        ("event_captured", Event::Provenance(provenance::Event::Captured { event: SUBJECT })),
        ("event_error_declared", Event::Provenance(provenance::Event::ErrorDeclared { event: SUBJECT })),
        ("event_repeated", Event::Provenance(provenance::Event::Repeated { event: SUBJECT })),
    ]
}

pub(crate) fn final_block() -> FinalBlock {
    let genesis = genesis();
    let header = BlockHeader {
        chain_id: ChainId(genesis.chain_id().0),
        shard: ShardId(1),
        epoch: Epoch(2),
        height: Height(3),
        view: View(4),
        parent: Digest([0x61; 32]),
        timestamp_ms: TimestampMs(1_767_225_700_000),
        records_root: Digest([0x62; 32]),
        delta_root: Digest([0x63; 32]),
        state_root: Digest([0x64; 32]),
        outbox_root: Digest([0x65; 32]),
        inbox_cursors: vec![(ShardId(5), 6), (ShardId(7), 8)],
        validator_set_hash: genesis.validators.digest(),
        proposer: 9,
    };
    let vote = header.finalise_vote();
    let signatures = [(0, 10), (1, 11)].map(|(at, seed)| (at, key(seed).sign(Namespace::VOTE, &vote.digest())));
    let certificate = Certificate { vote, signatures: signatures.into() };
    let receipts = receipts().map(|(_, receipt)| receipt).into();
    FinalBlock { header, certificate, block: Block { transactions: vec![transaction()], receipts } }
}

pub(crate) fn state_keys() -> [(&'static str, StateKey); 5] {
    [
        ("state_key_tenant", StateKey::Tenant(TENANT)),
        ("state_key_author", StateKey::Author(TENANT, author())),
        ("state_key_seen", StateKey::Seen(29_453_760)),
        ("state_key_stream", StateKey::Stream(TENANT, SUBJECT)),
        ("state_key_provenance_event", StateKey::ProvenanceEvent(TENANT, SUBJECT, CONTENT)),
    ]
}

pub(crate) fn stream_head() -> StreamHead {
    StreamHead::default().push(&Digest([0x71; 32])).push(&Digest([0x72; 32]))
}

pub(crate) fn tenant() -> Tenant {
    Tenant { partitions: 4, authors: 2 }
}

pub(crate) fn path() -> Path {
    Path { index: 5, size: 7, siblings: vec![Digest([0x81; 32]), Digest([0x82; 32])] }
}

pub(crate) fn terminals() -> [(&'static str, Terminal); 3] {
    [
        ("state_proof_present", Terminal::Present { value: chain_types::codec::encode(&stream_head()) }),
        ("state_proof_empty", Terminal::Empty),
        ("state_proof_other", Terminal::Other { path: Digest([0x52; 32]), value_hash: Digest([0x53; 32]) }),
    ]
}
