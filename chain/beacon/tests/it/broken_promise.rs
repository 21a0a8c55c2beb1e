//! A leader promises a transaction, and then its own block becomes final without it. The client reports the promise,
//! the block and proofs of the block's state, and the leader is convicted. Cases in which the leader is innocent are
//! tested too: not due yet, another leader's block, expired, included, author removed.

use crate::world::{CHAIN, World};
use chain_beacon::Rejection;
use chain_types::{
    BlockHeader, Certificate, Digest, Height, Mode, PROTOCOL_VERSION, SecretKey, ShardId, TenantId, TimestampMs,
    TransactionHeader, TxId, View,
    account::{Author, AuthorKey},
    beacon::{BrokenPromise, Event, Evidence, Offence, Promise, PromiseBatch, promised_root},
    codec,
    digest::{Hasher, Tag},
    seen::SEEN_IDS_MAX,
    signature::Namespace,
    state::{SeenKey, StateProof, Terminal, TypedKey, bit, leaf_hash, node_hash, value_hash},
};

const LEADER: u16 = 1;
const TIME_MS: u64 = 1_000_000;

/// A state of one or two keys, with a proof for any key. It follows the tree's definition; only its size is special.
fn prove(state: &[(Digest, Vec<u8>)], path: Digest) -> (StateProof, Digest) {
    let leaf = |(path, value): &(Digest, Vec<u8>)| leaf_hash(path, &value_hash(value));
    let present = state.iter().find(|(key, _)| *key == path);
    let other = state.iter().find(|(key, _)| *key != path);
    let depth = other.map_or(0, |(key, _)| (0..256).take_while(|at| bit(key, *at) == bit(&path, *at)).count());
    let (siblings, terminal) = match (present, other) {
        (Some((_, value)), None) => (Vec::new(), Terminal::Present { value: value.clone() }),
        (Some((_, value)), Some(other)) => {
            let mut siblings = vec![Digest::ZERO; depth];
            siblings.push(leaf(other));
            (siblings, Terminal::Present { value: value.clone() })
        }
        (None, Some((key, value))) => (Vec::new(), Terminal::Other { path: *key, value_hash: value_hash(value) }),
        (None, None) => (Vec::new(), Terminal::Empty),
    };
    let proof = StateProof { siblings, terminal };
    let root = proof.root(&path).expect("the proof fits the path");
    (proof, root)
}

struct Story {
    world: World,
    transaction: TransactionHeader,
    /// The ids in the transaction's bucket, by block.
    seen: Vec<Vec<TxId>>,
    given: Height,
    by: Height,
    proposer: u16,
    /// The height since which the author may sign; `None` when it may not.
    author_since: Option<Height>,
}

impl Story {
    fn new() -> Self {
        let transaction = TransactionHeader {
            chain_id: CHAIN,
            tenant: TenantId([7; 16]),
            author: SecretKey::from_seed(&[77; 32]).public_key(),
            valid_until_ms: TimestampMs(TIME_MS + 60_000),
            salt: [0; 16],
            mode: Mode::Atomic,
            entry_count: 1,
            entries_root: Digest([5; 32]),
        };
        let world = World::new(4);
        let (seen, given, by) = (Vec::new(), Height(8), Height(9));
        Self { world, transaction, seen, given, by, proposer: LEADER, author_since: Some(Height(8)) }
    }

    fn evidence(&self) -> BrokenPromise {
        let bucket = SeenKey::of(&self.transaction.id(), self.transaction.valid_until_ms).path();
        let author = AuthorKey(self.transaction.tenant, self.transaction.author).path();
        let mut state = Vec::new();
        if let Some(since) = self.author_since {
            state.push((author, codec::encode(&Author { since })));
        }
        if !self.seen.is_empty() {
            let count: u64 = self.seen.iter().map(|ids| ids.len() as u64).sum();
            let digest = self.seen.iter().fold(Digest::ZERO, |digest, ids| {
                let mut hasher = Hasher::new(Tag::SEEN);
                hasher.update(&digest.0);
                for id in ids {
                    hasher.update(&id.0.0);
                }
                hasher.finish()
            });
            state.push((bucket, codec::encode(&(count, digest))));
        }
        let (author, root) = prove(&state, author);
        let (bucket, same) = prove(&state, bucket);
        assert_eq!(root, same);
        let set = self.world.beacon.validator_set(ShardId(1));
        let header = BlockHeader {
            version: PROTOCOL_VERSION,
            chain_id: CHAIN,
            shard: ShardId(1),
            epoch: self.world.beacon.epoch(),
            height: Height(9),
            view: View(0),
            parent: Digest([2; 32]),
            timestamp_ms: TimestampMs(TIME_MS),
            records_root: Digest::ZERO,
            delta_root: Digest::ZERO,
            state_root: root,
            transactions_root: Digest::ZERO,
            validator_set_hash: set.digest(),
            proposer: self.proposer,
        };
        let vote = header.finalise_vote();
        let sign = |node: usize| self.world.nodes[node].secret.sign(Namespace::VOTE, &vote.digest());
        let signatures = (0_u16..3).map(|signer| (signer, sign(usize::from(signer)))).collect();
        let promised = self.transaction.id();
        let ids = vec![id(8), promised, id(9)];
        let promise = Promise {
            chain_id: CHAIN,
            shard: ShardId(1),
            epoch: self.world.beacon.epoch(),
            leader: LEADER,
            given: self.given,
            by: self.by,
            promised: promised_root(&ids),
        };
        let signed = promise.sign(&self.world.nodes[usize::from(LEADER)].secret);
        BrokenPromise {
            promise: PromiseBatch { signed, ids }.confirmation(&promised).expect("the batch contains the transaction"),
            transaction: self.transaction.clone(),
            certificate: Certificate { vote, signatures },
            header,
            bucket,
            seen: self.seen.clone(),
            author,
        }
    }

    fn report(&mut self, evidence: BrokenPromise) -> Result<Event, Rejection> {
        self.world.report(0, Evidence::BrokenPromise(Box::new(evidence)))
    }
}

fn id(byte: u8) -> TxId {
    TxId(Digest([byte; 32]))
}

#[test]
fn a_block_of_the_leader_without_the_transaction_convicts_it() {
    for seen in [vec![], vec![vec![id(1)]], vec![vec![id(1), id(2)], vec![id(3)]]] {
        let mut story = Story { seen, ..Story::new() };
        let evidence = story.evidence();
        let offender = story.world.beacon.committee().members[usize::from(LEADER)].id;
        let event = story.report(evidence).expect("it convicts");
        let Event::Convicted { validator, offence, .. } = event else { panic!("not a conviction") };
        assert_eq!((validator, offence), (offender, Offence::BrokenPromise));
    }
}

#[test]
fn a_leader_that_kept_or_could_not_keep_its_promise_is_innocent() {
    let promised = Story::new().transaction.id();
    let expired = TransactionHeader { valid_until_ms: TimestampMs(TIME_MS), ..Story::new().transaction };
    let early = TransactionHeader { valid_until_ms: TimestampMs(TIME_MS + 600_001), ..Story::new().transaction };
    let cases = [
        ("included", Story { seen: vec![vec![id(1)], vec![promised]], ..Story::new() }),
        ("not due", Story { by: Height(10), ..Story::new() }),
        ("another's block", Story { proposer: 2, ..Story::new() }),
        ("author removed", Story { author_since: None, ..Story::new() }),
        ("author removed and added again in between", Story { author_since: Some(Height(9)), ..Story::new() }),
        ("expired", Story { transaction: expired, ..Story::new() }),
        ("not admissible yet", Story { transaction: early, ..Story::new() }),
    ];
    for (name, mut story) in cases {
        let evidence = story.evidence();
        assert_eq!(story.report(evidence), Err(Rejection::EvidenceInvalid), "{name}");
    }
}

#[test]
fn evidence_that_was_tampered_with_convicts_nobody() {
    let mut story = Story { seen: vec![vec![id(1), id(2)]], ..Story::new() };
    let good = story.evidence();
    let changes: [fn(&mut BrokenPromise); 10] = [
        |evidence| evidence.seen.clear(),
        |evidence| evidence.seen = vec![vec![id(1)], vec![id(2)]],
        |evidence| evidence.promise.signed.promise.given = Height(9),
        |evidence| evidence.promise.signed.promise.by = Height(1),
        |evidence| evidence.promise.path.index = 0,
        |evidence| evidence.header.height = Height(11),
        |evidence| evidence.certificate.signatures.truncate(2),
        |evidence| evidence.transaction.salt = [1; 16],
        |evidence| evidence.bucket.terminal = Terminal::Empty,
        |evidence| evidence.author.siblings[0] = node_hash(&Digest::ZERO, &Digest::ZERO),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut bad = good.clone();
        change(&mut bad);
        assert_eq!(story.report(bad), Err(Rejection::EvidenceInvalid), "change {number}");
    }
    story.report(good).expect("the unchanged evidence convicts");
}

#[test]
fn the_number_of_listed_transactions_is_limited() {
    for (count, convicts) in [(SEEN_IDS_MAX, true), (SEEN_IDS_MAX + 1, false)] {
        let mut story = Story { seen: vec![vec![id(1); count]], ..Story::new() };
        let evidence = story.evidence();
        assert_eq!(story.report(evidence).is_ok(), convicts, "{count} ids");
    }
}
