//! A validator alone, with a disk in memory and a clock that stands still until a test moves it. Invariant: the fixture
//! performs effects in the order it was given them, as a node must. What it says to nobody in particular nobody hears.

use chain_ledger::OPERATOR_TENANT;
use chain_replica::{
    Commit, Effect, Effects, Finalised, Input, Memory, Recovered, RecoveryError, Replica, Role, SeenBlock, Timing,
    Totals,
};
use chain_state::{LeafReader, Node, ReadFailure, State, StoredLeaf, bucket_of};
use chain_types::{
    Block, Body, Command, CommandCore, Digest, Epoch, FinalBlock, Genesis, Height, Mode, Operation, SecretKey, ShardId,
    SignedVote, Subject, TenantId, TimestampMs, Transaction, TxId, VerifiedTransaction, Vote, account,
    digest::{Tag, hash},
    provenance,
    signature::Namespace,
    stream::kind,
    transaction::Draft,
    validator::{Validator, ValidatorSet},
    verified::verify_all,
};
use rand::SeedableRng as _;
use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

pub(crate) const TENANT: TenantId = TenantId([0x11; 16]);
pub(crate) const SHARD: ShardId = ShardId(0);
pub(crate) const START_MS: u64 = 1_767_225_600_000;
/// How far ahead the fixture's transactions expire.
pub(crate) const VALID_FOR_MS: u64 = 300_000;

fn operator() -> SecretKey {
    SecretKey::from_seed(&[0xee; 32])
}

fn author() -> SecretKey {
    SecretKey::from_seed(&[0x01; 32])
}

pub(crate) fn validator() -> SecretKey {
    SecretKey::from_seed(&[0xdd; 32])
}

pub(crate) fn genesis() -> Genesis {
    Genesis {
        name: "replica".to_owned(),
        timestamp_ms: TimestampMs(START_MS),
        salt: [1; 16],
        shards: 1,
        operator: operator().public_key(),
        validators: ValidatorSet {
            epoch: Epoch(0),
            validators: vec![Validator { key: validator().public_key(), weight: 1 }],
        },
        beacon: None,
    }
}

/// What a store keeps, in memory.
#[derive(Clone, Default)]
pub(crate) struct Disk(Rc<RefCell<Held>>);

#[derive(Default)]
pub(crate) struct Held {
    pub(crate) leaves: BTreeMap<Digest, Box<[u8]>>,
    pub(crate) nodes: BTreeMap<u32, Node>,
    pub(crate) blocks: Vec<Arc<FinalBlock>>,
    pub(crate) deltas: Vec<Vec<u8>>,
    pub(crate) seen: Vec<SeenBlock>,
    pub(crate) expired_before: TimestampMs,
    pub(crate) totals: Totals,
}

impl LeafReader for Disk {
    fn leaves(&self, bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
        let held = self.0.borrow();
        let of_bucket = held.leaves.iter().filter(|(path, _)| bucket_of(path) == bucket);
        Ok(of_bucket.map(|(path, value)| StoredLeaf { path: *path, value: value.clone() }).collect())
    }
}

impl Disk {
    pub(crate) fn write(&self, commit: &Commit) {
        let mut held = self.0.borrow_mut();
        let header = &commit.block.header;
        if let Some(flush) = &commit.flush {
            for write in &flush.leaves {
                match &write.value {
                    Some(value) => held.leaves.insert(write.path, value.clone()),
                    None => held.leaves.remove(&write.path),
                };
            }
            held.nodes.extend(flush.buckets.iter().copied());
            held.deltas.clear();
        } else {
            held.deltas.push(commit.delta.clone());
        }
        held.seen.push((header.height, header.timestamp_ms, commit.seen.clone()));
        held.blocks.push(Arc::clone(&commit.block));
        held.expired_before = commit.expired_before;
        held.totals = commit.totals;
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.0.borrow_mut());
    }

    pub(crate) fn deltas(&self) -> usize {
        self.0.borrow().deltas.len()
    }

    /// A replica from what is held.
    pub(crate) fn recover(&self, genesis: Genesis, shard: ShardId) -> Result<Replica<Self>, RecoveryError> {
        let held = self.0.borrow();
        let tip = held.blocks.last().map(|block| (block.header.clone(), block.certificate.clone(), held.totals));
        let (deltas, seen) = (held.deltas.clone(), held.seen.clone());
        let memory = Memory::default();
        let recovered = Recovered { tip, deltas, seen, memory, held: Vec::new(), voted: Height(0) };
        let nodes: Vec<_> = held.nodes.iter().map(|(bucket, node)| (*bucket, *node)).collect();
        drop(held);
        let state = State::restore(self.clone(), nodes);
        let role = Role { key: validator().public_key(), timing: Timing::DEFAULT };
        Replica::recover(Arc::new(genesis), shard, &role, state, recovered)
    }
}

/// A replica, its disk and its clock.
pub(crate) struct Machine {
    pub(crate) disk: Disk,
    pub(crate) replica: Replica<Disk>,
    pub(crate) now: TimestampMs,
    salt: u128,
}

impl Machine {
    /// A machine at genesis.
    pub(crate) fn new() -> Self {
        let disk = Disk::default();
        let replica = disk.recover(genesis(), SHARD).expect("an empty disk is genesis");
        Self { disk, replica, now: TimestampMs(START_MS), salt: 0 }
    }

    /// A machine on whose first block [`TENANT`] is registered.
    pub(crate) fn with_tenant() -> Self {
        let mut machine = Self::new();
        let author = author().public_key();
        let operation = account::Operation::RegisterTenant { tenant: TENANT, author, partitions: 1 };
        let registration = machine.sign_as(&operator(), OPERATOR_TENANT, vec![command(Operation::Account(operation))]);
        assert!(machine.submit(registration).is_empty());
        machine.finalise().expect("a block with the registration");
        machine
    }

    fn sign_as(&mut self, key: &SecretKey, tenant: TenantId, commands: Vec<Command>) -> Transaction {
        self.salt += 1;
        let draft = Draft {
            chain_id: genesis().chain_id(),
            tenant,
            valid_until_ms: TimestampMs(self.now.0 + VALID_FOR_MS),
            salt: self.salt.to_le_bytes(),
            mode: Mode::Independent,
        };
        draft.sign(key, commands)
    }

    /// A transaction of [`TENANT`], unlike any other of this machine.
    pub(crate) fn sign(&mut self, commands: Vec<Command>) -> Transaction {
        self.sign_as(&author(), TENANT, commands)
    }

    /// A transaction with one small capture.
    pub(crate) fn capture(&mut self, id: &str) -> Transaction {
        self.sign(vec![capture(id)])
    }

    /// Steps with one input; the effects, not yet performed.
    pub(crate) fn step(&mut self, input: Input) -> Effects {
        let mut effects = Effects::new();
        self.replica.step(input, &mut effects).expect("the disk reads");
        effects.retain(|effect| !matches!(effect, Effect::Send { to: None, .. }));
        effects
    }

    /// Submits a transaction; the effects of that.
    pub(crate) fn submit(&mut self, transaction: Transaction) -> Effects {
        self.step(submission(verify(vec![transaction]).remove(0)))
    }

    /// Looks at the clock, which is when a block is built.
    pub(crate) fn propose(&mut self) -> Effects {
        self.step(Input::Tick { now: self.now })
    }

    /// Proposes a block and carries it to its end; `None` when there was none to build.
    pub(crate) fn finalise(&mut self) -> Option<Finalised> {
        let effects = self.propose();
        let vote =
            effects.into_iter().find_map(|effect| if let Effect::Sign(vote) = effect { Some(vote) } else { None })?;
        let mut effects = self.step(sign(vote));
        let Some(Effect::Persist(commit)) = effects.pop() else { panic!("a certified block is persisted") };
        self.disk.write(&commit);
        let mut effects = self.step(Input::Persisted);
        let Some(Effect::Finalised(finalised)) = effects.pop() else { panic!("a persisted block is final") };
        Some(finalised)
    }

    /// The same shard after a restart.
    pub(crate) fn restart(self) -> Result<Self, RecoveryError> {
        let replica = self.disk.recover(genesis(), SHARD)?;
        Ok(Self { replica, ..self })
    }
}

/// The vote is durable and signed.
pub(crate) fn sign(vote: Vote) -> Input {
    let signature = validator().sign(Namespace::VOTE, &vote.digest());
    Input::Signed(SignedVote { vote, signer: 0, signature })
}

pub(crate) fn submission(transaction: VerifiedTransaction) -> Input {
    Input::Submit { transaction: Box::new(transaction), is_local: true }
}

pub(crate) fn verify(transactions: Vec<Transaction>) -> Vec<VerifiedTransaction> {
    let checked = transactions.into_iter().map(|one| one.check().expect("the test's transactions are well formed"));
    let mut rng = rand::rngs::StdRng::seed_from_u64(1);
    let verified = verify_all(checked.collect(), &mut rng);
    verified.into_iter().map(|one| one.expect("the test signs what it sends")).collect()
}

pub(crate) fn event(id: &str) -> Subject {
    Subject::of(TENANT, kind::EVENT, id, &[7; 32])
}

fn command(operation: Operation) -> Command {
    Command { core: CommandCore { subjects: Vec::new(), operation }, body: Body::Public(Vec::new()) }
}

/// A capture of one event with an empty body.
pub(crate) fn capture(id: &str) -> Command {
    let (event, content) = (event(id), hash(Tag::FIELDS, &[id.as_bytes()]));
    let operation = provenance::Operation::CaptureEvent { event, content, exclusive: false };
    let subjects = vec![event];
    Command {
        core: CommandCore { subjects, operation: Operation::Provenance(operation) },
        body: Body::Public(Vec::new()),
    }
}

/// Commands that make a transaction of exactly `bytes`, as [`chain_types::transaction::CheckedTransaction::bytes`]
/// counts them.
pub(crate) fn commands_of_bytes(id: &str, bytes: usize) -> Vec<Command> {
    const BODY: usize = chain_types::limit::BODY_BYTES_MAX;
    let empty = capture(id);
    let per_command = chain_types::codec::encode(&empty.core).len() + 64;
    let mut left = bytes - 256;
    let mut commands = Vec::new();
    while left > 0 {
        // The rest must have room for a command of its own, or fit into this one whole.
        let all = left - per_command;
        let body = if all <= BODY { all } else { BODY.min(all - per_command) };
        let mut next = capture(&format!("{id} {}", commands.len()));
        next.body = Body::Public(vec![0; body]);
        commands.push(next);
        left -= per_command + body;
    }
    commands
}

pub(crate) fn ids(block: &Block) -> Vec<TxId> {
    block.transactions.iter().map(|transaction| transaction.header.id()).collect()
}
