//! Sample values of all encoded types. Invariant: values are constants. No two members of a value hold the same bytes,
//! so that swapping two members changes the encoding.

use crate::domain::{self, SUBJECT};
use chain_types::{
    Block, BlockHeader, Body, ChainId, ChainParameters, Command, Digest, Entry, EntryCore, Epoch, Event, FinalBlock,
    Genesis, Height, Mode, PROTOCOL_VERSION, PublicKey, Receipt, Rejection, SecretKey, ShardId, StreamHead, Subject,
    TimestampMs, Transaction, View,
    account::{self, AuthorKey, Tenant, TenantKey},
    body::Field,
    certificate::Certificate,
    merkle::Path,
    provenance,
    signature::Namespace,
    state::{SeenKey, StateKey, StreamKey, Terminal, TypedKey},
    transaction::Draft,
    validator::{Validator, ValidatorSet},
};

pub(crate) use crate::domain::TENANT;

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn author() -> PublicKey {
    key(3).public_key()
}

pub(crate) fn genesis() -> Genesis {
    let validator = |seed, weight| Validator { key: key(seed).public_key(), weight };
    Genesis {
        version: PROTOCOL_VERSION,
        name: "frözen".to_owned(),
        timestamp_ms: TimestampMs(1_767_225_600_000),
        salt: [0x22; 16],
        shards: 2,
        operator: key(2).public_key(),
        parameters: ChainParameters::default(),
        validators: ValidatorSet { epoch: Epoch(0), validators: vec![validator(10, 5), validator(11, 1)] },
        beacon: None,
    }
}

pub(crate) fn account_commands() -> Vec<(&'static str, account::Command)> {
    use account::{AddAuthor, Command, RegisterTenant, RemoveAuthor};
    every! { Command:
        RegisterTenant [(RegisterTenant { tenant: TENANT, author: author(), partitions: 4 })]
        AddAuthor [(AddAuthor { author: author() })]
        RemoveAuthor [(RemoveAuthor { author: author() })]
    }
}

pub(crate) fn core(command: Command) -> EntryCore {
    EntryCore { subjects: vec![SUBJECT, Subject(Digest([0x3f; 32]))], command }
}

pub(crate) fn entries() -> [Entry; 2] {
    let mut commands = domain::commands().into_iter().map(|(_, command)| core(command));
    let mut next = || commands.next().expect("provenance has two commands");
    let sealed = Body::Sealed { ciphertext: vec![0x41; 20], commitment: Digest([0x42; 32]) };
    [Entry { core: next(), body: sealed }, Entry { core: next(), body: Body::Public(b"{\"a\":1}".to_vec()) }]
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
    draft.sign(&key(3), entries().into())
}

pub(crate) fn receipts() -> [(&'static str, Receipt); 3] {
    let captured = Event::Provenance(provenance::Event::EventCaptured { event: SUBJECT });
    let rejection = Rejection::new("provenance.event_exists").with("event", &SUBJECT.0);
    [
        ("receipt_applied", Receipt::Applied(captured)),
        ("receipt_repeated", Receipt::Repeated),
        ("receipt_rejected", Receipt::Rejected(rejection)),
    ]
}

pub(crate) fn account_events() -> Vec<(&'static str, account::Event)> {
    use account::Event;
    every! { Event:
        TenantRegistered [{ tenant: TENANT }]
        AuthorAdded [{ author: author() }]
        AuthorRemoved [{ author: author() }]
    }
}

pub(crate) fn final_block() -> FinalBlock {
    let genesis = genesis();
    let header = BlockHeader {
        version: PROTOCOL_VERSION,
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
        transactions_root: Digest([0x65; 32]),
        validator_set_hash: genesis.validators.digest(),
        proposer: 9,
    };
    let vote = header.finalise_vote();
    let signatures = [(0, 10), (1, 11)].map(|(at, seed)| (at, key(seed).sign(Namespace::VOTE, &vote.digest())));
    let certificate = Certificate { vote, signatures: signatures.into() };
    let receipts = receipts().map(|(_, receipt)| receipt).into();
    FinalBlock { header, certificate, block: Block { transactions: vec![transaction()], receipts } }
}

pub(crate) fn state_keys() -> [(&'static str, StateKey); 4] {
    [
        ("state_key_tenant", TenantKey(TENANT).state_key()),
        ("state_key_author", AuthorKey(TENANT, author()).state_key()),
        ("state_key_seen", SeenKey { slot: 29_453_760, bucket: 0x2a }.state_key()),
        ("state_key_stream", StreamKey(TENANT, SUBJECT).state_key()),
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
