//! Four validators and a follower that exchange messages instantly. Invariant: nothing happens on its own. A test
//! submits transactions, lets time pass, and decides which members get a transaction.

use crate::fixture::{Disk, SHARD, START_MS, author, entry, operator, verify};
use chain_replica::{
    Effect, Effects, Input, Memory, Message, Owed, PromiseRequest, Recovered, Refused, Replica, Role, Source, Timing,
    Totals,
};
use chain_state::State;
use chain_types::{
    Command, Epoch, FinalBlock, Genesis, Height, Moment, PublicKey, SecretKey, SignedVote, TenantId, TimestampMs,
    Transaction, TxId, account,
    beacon::{Evidence, PromiseBatch},
    signature::Namespace,
    validator::{Validator, ValidatorSet},
};
use std::{collections::VecDeque, sync::Arc};

pub(crate) const VALIDATORS: usize = 4;
/// The index of the follower.
pub(crate) const FOLLOWER: usize = VALIDATORS;

pub(crate) fn key(at: usize) -> SecretKey {
    SecretKey::from_seed(&[0xa0 + u8::try_from(at).expect("few members"); 32])
}

pub(crate) fn genesis() -> Genesis {
    let validators = (0..VALIDATORS).map(|at| Validator { key: key(at).public_key(), weight: 1 }).collect();
    Genesis { validators: ValidatorSet { epoch: Epoch(0), validators }, ..crate::fixture::genesis() }
}

struct Member {
    replica: Replica<Disk>,
    disk: Disk,
    height: Height,
}

/// The group, and the recorded effects of its members.
pub(crate) struct Group {
    members: Vec<Member>,
    /// The monotonic clock and the true time.
    at: u64,
    now: u64,
    /// How far each member's clock is from the true time, in milliseconds.
    pub(crate) clocks: [i64; VALIDATORS + 1],
    /// The number of votes that members signed.
    pub(crate) signed: u64,
    salt: u128,
    inputs: VecDeque<(usize, Input)>,
    /// Whether submitted transactions reach the other members.
    pub(crate) spreads: bool,
    /// Promise requests with their leaders. A promise is sent only when the test does it.
    pub(crate) promise_requests: Vec<(usize, PromiseRequest)>,
    pub(crate) kept: Vec<(usize, TxId)>,
    pub(crate) promised: Vec<(usize, TxId)>,
    pub(crate) accused: Vec<(usize, Evidence)>,
    pub(crate) refused: Vec<(usize, TxId, Refused)>,
    /// Proposals with their leaders.
    pub(crate) proposals: Vec<(usize, Message)>,
    /// Whether proposals reach the other members.
    pub(crate) proposes: bool,
    /// The member whose messages reach nobody.
    pub(crate) silent: Option<usize>,
}

impl Group {
    /// A group whose first block registers the fixture's tenant.
    pub(crate) fn start() -> Self {
        let members = (0..=VALIDATORS).map(|at| {
            let disk = Disk::default();
            Member { replica: recover(&disk, at, Height(0), Vec::new()), disk, height: Height(0) }
        });
        let mut group = Self {
            members: members.collect(),
            at: 0,
            now: START_MS,
            clocks: [0; VALIDATORS + 1],
            signed: 0,
            salt: 0,
            inputs: VecDeque::new(),
            spreads: true,
            promise_requests: Vec::new(),
            kept: Vec::new(),
            promised: Vec::new(),
            accused: Vec::new(),
            refused: Vec::new(),
            proposals: Vec::new(),
            proposes: true,
            silent: None,
        };
        let command = account::Command::RegisterTenant(account::RegisterTenant {
            tenant: crate::fixture::TENANT,
            author: author().public_key(),
            partitions: 1,
        });
        let entries = vec![entry(Command::Account(command))];
        let registration = group.sign_as(&operator(), chain_ledger::OPERATOR_TENANT, entries);
        group.submit(FOLLOWER, &registration);
        group.pass_until_height(Height(1));
        group.promise_requests.clear();
        group.kept.clear();
        group.promised.clear();
        group
    }

    pub(crate) fn sign_as(
        &mut self,
        by: &SecretKey,
        tenant: TenantId,
        entries: Vec<chain_types::Entry>,
    ) -> Transaction {
        let valid_until_ms = TimestampMs(self.now + crate::fixture::VALID_FOR_MS);
        self.sign_until(by, tenant, entries, valid_until_ms)
    }

    pub(crate) fn sign_until(
        &mut self,
        by: &SecretKey,
        tenant: TenantId,
        entries: Vec<chain_types::Entry>,
        valid_until_ms: TimestampMs,
    ) -> Transaction {
        self.salt += 1;
        let draft = chain_types::transaction::Draft {
            chain_id: genesis().chain_id(),
            tenant,
            valid_until_ms,
            salt: self.salt.to_le_bytes(),
            mode: chain_types::Mode::Independent,
        };
        draft.sign(by, entries)
    }

    /// A transaction of the fixture's tenant.
    pub(crate) fn sign(&mut self, by: &SecretKey, entries: Vec<chain_types::Entry>) -> Transaction {
        self.sign_as(by, crate::fixture::TENANT, entries)
    }

    /// A transaction with one small capture.
    pub(crate) fn capture(&mut self, id: &str) -> Transaction {
        self.sign_as(&author(), crate::fixture::TENANT, vec![crate::fixture::capture(id)])
    }

    /// A transaction with only this entry.
    pub(crate) fn heavy(&mut self, entry: chain_types::Entry) -> Transaction {
        self.sign_as(&author(), crate::fixture::TENANT, vec![entry])
    }

    /// A transaction of nearly a twentieth of a block.
    pub(crate) fn large(&mut self, id: &str) -> Transaction {
        let bytes = chain_types::limit::BLOCK_BYTES_MAX / 20 - 4_096;
        self.sign_as(&author(), crate::fixture::TENANT, crate::fixture::commands_of_bytes(id, bytes))
    }

    /// Submits a transaction at a member, as a client.
    pub(crate) fn submit(&mut self, at: usize, transaction: &Transaction) {
        let transaction = Box::new(verify(vec![transaction.clone()]).remove(0));
        self.inputs.push_back((at, Input::Submit { transaction, source: Source::Client }));
        self.settle();
    }

    /// Delivers a transaction to a member that another member submitted.
    pub(crate) fn deliver(&mut self, at: usize, transaction: &Transaction, submitter: usize) {
        let source = Source::Peer(key(submitter).public_key());
        let transaction = Box::new(verify(vec![transaction.clone()]).remove(0));
        self.inputs.push_back((at, Input::Submit { transaction, source }));
        self.settle();
    }

    /// Delivers a promise to a member.
    pub(crate) fn deliver_promise(&mut self, at: usize, from: usize, promise: PromiseBatch) {
        let message = Box::new(Message::Promised(Box::new(promise)));
        self.inputs.push_back((at, Input::Message { from: key(from).public_key(), message }));
        self.settle();
    }

    /// Delivers a message to a member, and performs what follows.
    pub(crate) fn deliver_message(&mut self, at: usize, from: usize, message: Message) {
        let from = key(from).public_key();
        self.inputs.push_back((at, Input::Message { from, message: Box::new(message) }));
        self.settle();
    }

    /// Makes a member measure how long building takes.
    pub(crate) fn time_building(&mut self, at: usize, stopwatch: chain_replica::Stopwatch) {
        self.members[at].replica.time_building(stopwatch);
    }

    pub(crate) fn replica(&self, at: usize) -> &Replica<Disk> {
        &self.members[at].replica
    }

    /// Lets `ms` milliseconds pass at once.
    pub(crate) fn skip(&mut self, ms: u64) {
        self.now += ms;
        self.pass();
    }

    /// Lets ten milliseconds pass for all members.
    pub(crate) fn pass(&mut self) {
        self.at += 10;
        self.now += 10;
        for at in 0..self.members.len() {
            let now = TimestampMs(self.now.saturating_add_signed(self.clocks[at]));
            self.inputs.push_back((at, Input::Tick { at: Moment(self.at), now }));
            self.settle();
        }
    }

    /// Lets `ms` milliseconds pass for all members.
    pub(crate) fn pass_ms(&mut self, ms: u64) {
        for _ in 0..ms / 10 {
            self.pass();
        }
    }

    /// Lets time pass until the first validator has a block of this height.
    pub(crate) fn pass_until_height(&mut self, height: Height) {
        for _ in 0..1_000 {
            if self.members[0].height >= height {
                return;
            }
            self.pass();
        }
        panic!("block {} is not reached", height.0);
    }

    pub(crate) const fn now(&self) -> u64 {
        self.now
    }

    pub(crate) fn height(&self, at: usize) -> Height {
        self.members[at].height
    }

    /// The index of the validator that is the first leader of the next height.
    pub(crate) fn next_leader(&self) -> usize {
        usize::try_from((self.members[0].height.0 + 1) % 4).expect("below four")
    }

    /// The write-set of the first block at a member.
    pub(crate) fn write_set(&self, at: usize) -> Vec<u8> {
        let mut first = Vec::new();
        self.members[at].disk.change(|held| first.clone_from(&held.deltas[0]));
        first
    }

    /// The final blocks at a member.
    pub(crate) fn blocks(&self, at: usize) -> Vec<FinalBlock> {
        let mut blocks = Vec::new();
        self.members[at].disk.change(|held| blocks.extend(held.blocks.iter().map(|block| FinalBlock::clone(block))));
        blocks
    }

    /// The proposer of a final block, and its transactions.
    pub(crate) fn block(&self, height: Height) -> (usize, Vec<TxId>) {
        let mut found = None;
        self.members[0].disk.change(|held| {
            let block = held.blocks.iter().find(|block| block.header.height == height).expect("it is final");
            let ids = block.block.transactions.iter().map(|one| one.header.id()).collect();
            found = Some((usize::from(block.header.proposer), ids));
        });
        found.expect("it is final")
    }

    /// Restarts a validator with these open promises. Its earlier votes are not restored.
    pub(crate) fn restart(&mut self, at: usize, owed: Vec<Owed>) {
        let member = &mut self.members[at];
        member.replica = recover(&member.disk, at, member.height, owed);
        let status =
            |group: &Self, of: usize| Message::Status { height: group.members[of].height, view: chain_types::View(0) };
        for other in (0..VALIDATORS).filter(|other| *other != at) {
            let message = Box::new(status(self, other));
            self.inputs.push_back((at, Input::Message { from: key(other).public_key(), message }));
        }
        self.settle();
    }

    fn settle(&mut self) {
        while let Some((at, input)) = self.inputs.pop_front() {
            let mut effects = Effects::new();
            self.members[at].replica.step(input, &mut effects).expect("the disk reads");
            let mut effects = VecDeque::from(effects);
            while let Some(effect) = effects.pop_front() {
                if let Some(answer) = self.perform(at, effect) {
                    let mut more = Effects::new();
                    self.members[at].replica.step(answer, &mut more).expect("the disk reads");
                    effects.extend(more);
                }
            }
        }
    }

    fn perform(&mut self, at: usize, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Sign(vote) => {
                self.signed += 1;
                let signature = key(at).sign(Namespace::VOTE, &vote.digest());
                return Some(Input::Signed(SignedVote { vote, signer: u16::try_from(at).expect("few"), signature }));
            }
            Effect::Persist(commit) => {
                self.members[at].disk.write(&commit);
                self.members[at].height = commit.block.header.height;
                return Some(Input::Persisted);
            }
            Effect::Send { to, message } => self.send(at, to, &message),
            Effect::SendFinal { to, from } => {
                let mut blocks = Vec::new();
                self.members[at].disk.change(|held| {
                    blocks.extend(
                        held.blocks.iter().filter(|block| block.header.height >= from).map(|one| (**one).clone()),
                    );
                });
                self.send(at, Some(to), &Message::Final(blocks));
            }
            Effect::Spread(transaction) if self.spreads => {
                for other in (0..VALIDATORS).filter(|other| *other != at) {
                    let source = Source::Peer(key(at).public_key());
                    let transaction = Box::new(verify(vec![transaction.transaction().clone()]).remove(0));
                    self.inputs.push_back((other, Input::Submit { transaction, source }));
                }
            }
            Effect::Promise(request) => self.promise_requests.push((at, request)),
            Effect::Kept(ids) => self.kept.extend(ids.into_iter().map(|id| (at, id))),
            Effect::Promised { tx_id, .. } => self.promised.push((at, tx_id)),
            Effect::Accuse(evidence) => self.accused.push((at, *evidence)),
            Effect::Refuse { tx_id, reason } => self.refused.push((at, tx_id, reason)),
            Effect::Alarm(alarm) => panic!("{alarm}"),
            Effect::Outdated(outdated) => panic!("{outdated}"),
            _ => {}
        }
        None
    }

    fn send(&mut self, from: usize, to: Option<PublicKey>, message: &Message) {
        if matches!(message, Message::Proposal { .. }) {
            self.proposals.push((from, message.clone()));
            if !self.proposes {
                return;
            }
        }
        if self.silent == Some(from) {
            return;
        }
        let receives = |at: &usize| *at != from && to.is_none_or(|to| to == key(*at).public_key());
        for at in (0..self.members.len()).filter(receives) {
            let from = key(from).public_key();
            // Requested transactions arrive as submissions, as in a node.
            if let Message::Transactions(transactions) = message {
                for one in verify(transactions.clone()) {
                    let source = Source::Peer(from);
                    self.inputs.push_back((at, Input::Submit { transaction: Box::new(one), source }));
                }
            } else {
                self.inputs.push_back((at, Input::Message { from, message: Box::new(message.clone()) }));
            }
        }
    }
}

fn recover(disk: &Disk, at: usize, voted: Height, owed: Vec<Owed>) -> Replica<Disk> {
    let (mut tip, mut deltas, mut seen, mut nodes) = (None, Vec::new(), Vec::new(), Vec::new());
    disk.change(|held| {
        tip = held.blocks.last().map(|block| (block.header.clone(), block.certificate.clone(), Totals::default()));
        deltas.clone_from(&held.deltas);
        seen.clone_from(&held.seen);
        nodes.extend(held.nodes.iter().map(|(bucket, node)| (*bucket, *node)));
    });
    let (memory, held) = (Memory::default(), Vec::new());
    let recovered = Recovered { tip, deltas, seen, memory, held, owed, voted };
    let role = Role { key: key(at).public_key(), timing: Timing::default() };
    let state = State::restore(disk.clone(), nodes);
    Replica::recover(Arc::new(genesis()), SHARD, &role, state, recovered).expect("the disk is whole")
}
