//! One simulated replica, its disk, and the interpreter of its effects. Invariant: effects are performed in order. An
//! effect that waits for the disk delays all later ones; only a promise is written in parallel.

use crate::{
    dice::Dice,
    disk::{Content, Disk, Takeover},
    journal::Record,
    snapshot::Serving,
};
use chain_replica::{
    Adoption, Alarm, Commit, Effect, FINAL_BLOCKS_MAX, FINAL_BYTES_MAX, Finalised, Input, Message, PromiseRequest,
    Refused, Replica, Role, Timing,
};
use chain_types::{
    FinalBlock, Genesis, Height, Moment, PublicKey, SecretKey, ShardId, SignedVote, TimestampMs, TxId, Vote,
    beacon::{Evidence, PromiseBatch},
    codec, mutant,
    signature::Namespace,
};
use std::{collections::VecDeque, sync::Arc};

/// An action of a process on the world.
pub enum Action {
    /// Sends a message to the processes of one key, or to all.
    Send(Option<PublicKey>, Box<Message>),
    /// Waits for the disk.
    Wait,
    /// Executes blocks for this many microseconds.
    Execute(u64),
    /// Announces a final block.
    Finalised(Box<Finalised>),
    /// Continues from an adopted snapshot.
    Joined,
    /// Cannot continue from a snapshot. Peers must not be able to cause this.
    Misled(String),
    Refuse(TxId, Refused),
    /// Answers that a transaction is already final.
    AlreadyFinal(TxId, Height),
    /// Writes a promise in parallel to everything else; [`Process::promise_written`] follows when it is durable.
    WritePromise,
    /// Reports evidence against a validator.
    Accuse(Box<Evidence>),
    /// Raises an alarm to the operator.
    Alarm(Alarm),
    /// Stops permanently, with the reason.
    Stopped(String),
}

/// A write in progress.
enum Write {
    /// Syncs the journal before a vote is sent.
    Vote(Box<SignedVote>),
    Block(Box<Commit>),
    /// Activates a snapshot.
    Adoption(Box<Adoption>),
    /// No write: executes blocks, which takes as long as their work.
    Execution,
}

/// A simulated process: one replica of one shard on one machine.
pub struct Process {
    pub machine: usize,
    pub shard: ShardId,
    pub key: SecretKey,
    /// Its index in the validator set; `None` for a follower.
    pub signer: Option<u16>,
    /// The half of a twin (0 or 1); 0 for every other process.
    pub half: usize,
    pub disk: Disk,
    /// A copy of the disk made by an operator.
    pub copy: Option<Content>,
    /// Whether the next write fails.
    pub fails: bool,
    /// The number of starts and stops so far. Events of an earlier life are ignored.
    pub life: u32,
    /// Whether inputs are handled while the disk is busy.
    pub is_concurrent: bool,
    /// The number of missing blocks from which an empty process joins from a snapshot; `None` means never.
    pub joins_behind: Option<u64>,
    timing: Timing,
    /// The replica; `None` while the process is stopped.
    pub replica: Option<Replica<Disk>>,
    effects: VecDeque<Effect>,
    inbox: VecDeque<Input>,
    write: Option<Write>,
    /// Promises whose writes are in progress.
    promise_requests: VecDeque<PromiseRequest>,
    serving: Serving,
}

impl Process {
    /// Creates a process that was never started, with an empty disk.
    pub fn new(machine: usize, shard: ShardId, key: SecretKey, signer: Option<u16>, is_concurrent: bool) -> Self {
        Self {
            machine,
            shard,
            key,
            signer,
            half: 0,
            disk: Disk::default(),
            copy: None,
            fails: false,
            life: 0,
            is_concurrent,
            joins_behind: None,
            timing: Timing::default(),
            replica: None,
            effects: VecDeque::new(),
            inbox: VecDeque::new(),
            write: None,
            promise_requests: VecDeque::new(),
            serving: Serving::default(),
        }
    }

    /// Starts the process from its disk.
    ///
    /// # Errors
    /// The reason why it refuses to start.
    pub fn start(&mut self, genesis: &Arc<Genesis>, timing: Timing) -> Result<(), String> {
        self.stop();
        let (state, recovered) = self.disk.recover().ok_or("the journal is damaged")?;
        self.timing = timing;
        let replica = Replica::recover(Arc::clone(genesis), self.shard, &self.role(), state, recovered);
        let mut replica = replica.map_err(|error| error.to_string())?;
        if let Some(behind) = self.joins_behind {
            replica.join_from_snapshot(behind);
        }
        self.signer = replica.committee().me;
        self.replica = Some(replica);
        Ok(())
    }

    fn role(&self) -> Role {
        Role { key: self.key.public_key(), timing: self.timing }
    }

    /// Stops the process. Data that the operating system has accepted reaches the disk.
    pub fn stop(&mut self) {
        self.life += 1;
        self.replica = None;
        self.effects.clear();
        self.inbox.clear();
        self.write = None;
        self.promise_requests.clear();
        self.serving = Serving::default();
    }

    /// Kills the process. Data that the operating system has accepted reaches the disk; a block that is being written
    /// may be lost.
    pub fn kill(&mut self, dice: &mut Dice) {
        if self.replica.is_none() {
            return;
        }
        if let Some(write @ (Write::Block(_) | Write::Adoption(_))) = self.write.take()
            && dice.chance(500)
        {
            self.complete(write);
        }
        self.disk.change().journal.sync();
        self.stop();
    }

    /// Cuts the power: unsynced data is lost, truncated or corrupted; a block that is being written may be lost.
    pub fn lose_power(&mut self, dice: &mut Dice) {
        if self.replica.is_none() {
            return;
        }
        if let Some(write @ (Write::Block(_) | Write::Adoption(_))) = self.write.take()
            && dice.chance(500)
        {
            self.complete(write);
        }
        self.disk.change().journal.lose_power(dice);
        // A deliberately broken variant; the simulator must detect it.
        if mutant::is(mutant::SKIP_BLOCK_SYNC) && dice.chance(500) {
            self.disk.change().store.lose_last();
        }
        self.stop();
    }

    /// Whether a write is in progress.
    pub const fn is_writing(&self) -> bool {
        matches!(self.write, Some(Write::Vote(_) | Write::Block(_) | Write::Adoption(_)))
    }

    /// Whether an input is handled at once. As in a node, no input is handled while a snapshot is activated.
    pub const fn is_attentive(&self) -> bool {
        match self.write {
            None => true,
            Some(Write::Adoption(_) | Write::Execution) => false,
            Some(_) => self.is_concurrent,
        }
    }

    /// Handles an input, now or after the write in progress.
    pub fn input(&mut self, input: Input, actions: &mut Vec<Action>) {
        if self.replica.is_none() {
            return;
        }
        if !self.is_attentive() {
            self.inbox.push_back(input);
            return;
        }
        self.step(input, actions);
        self.proceed(actions);
    }

    /// Advances the clocks.
    pub fn tick(&mut self, at: Moment, now: TimestampMs, actions: &mut Vec<Action>) {
        // A queued tick would only repeat a later one.
        if self.is_attentive() {
            self.input(Input::Tick { at, now }, actions);
        }
    }

    /// Signs and sends a promise after it is durable.
    pub fn promise_written(&mut self, actions: &mut Vec<Action>) {
        let Some(PromiseRequest { promise, ids, transactions, submitters }) = self.promise_requests.pop_front() else {
            return;
        };
        let owed = transactions.iter().map(|one| (promise.epoch, one.transaction().clone()));
        self.disk.change().owed.extend(owed);
        let message = Message::Promised(Box::new(PromiseBatch { signed: promise.sign(&self.key), ids }));
        for submitter in submitters {
            actions.push(Action::Send(Some(submitter), Box::new(message.clone())));
        }
    }

    /// Completes the write in progress.
    pub fn written(&mut self, actions: &mut Vec<Action>) {
        let Some(write) = self.write.take() else { return };
        if matches!(write, Write::Execution) {
            self.proceed(actions);
            return;
        }
        if self.fails {
            // A failed write is never retried: it is unknown how much of it is on the disk.
            self.fails = false;
            self.stop();
            actions.push(Action::Stopped("a write failed".to_owned()));
            return;
        }
        match self.complete(write) {
            Some(answer) => self.step(answer, actions),
            None => self.resume_from_snapshot(actions),
        }
        self.proceed(actions);
    }

    /// Applies a write to the disk. Returns the input that the replica waits for, if any.
    fn complete(&self, write: Write) -> Option<Input> {
        let mut content = self.disk.change();
        match write {
            Write::Vote(vote) => {
                content.journal.sync();
                Some(Input::Signed(*vote))
            }
            Write::Block(commit) => {
                content.store.write(&commit);
                content.journal.forget_before(commit.block.header.height);
                Some(Input::Persisted)
            }
            Write::Adoption(adoption) => {
                content.store.adopt(&adoption);
                content.journal.forget_before(adoption.block.header.height);
                None
            }
            Write::Execution => None,
        }
    }

    /// Continues from the adopted state, recovered from the disk as at a start.
    fn resume_from_snapshot(&mut self, actions: &mut Vec<Action>) {
        let (role, Some(replica)) = (self.role(), self.replica.as_mut()) else { return };
        let mut effects = Vec::new();
        let adopted = match self.disk.recover() {
            Some((state, recovered)) => {
                replica.adopt(&role, state, recovered, &mut effects).map_err(|error| error.to_string())
            }
            None => Err("the journal is damaged".to_owned()),
        };
        if let Err(why) = adopted {
            self.stop();
            actions.push(Action::Misled(why));
            return;
        }
        self.signer = replica.committee().me;
        actions.push(Action::Joined);
        self.effects.extend(effects);
    }

    fn step(&mut self, input: Input, actions: &mut Vec<Action>) {
        let Some(replica) = self.replica.as_mut() else { return };
        let mut effects = Vec::new();
        let before = replica.executed_work();
        if let Err(failure) = replica.step(input, &mut effects) {
            self.stop();
            actions.push(Action::Stopped(failure.to_string()));
            return;
        }
        let work = replica.executed_work() - before;
        self.effects.extend(effects);
        // A write in progress (a vote's sync while inputs are handled) dominates the time of the execution.
        if work > 0 && self.write.is_none() {
            self.write = Some(Write::Execution);
            actions.push(Action::Execute(work));
        }
    }

    /// Performs all effects that can be performed, then handles queued inputs.
    fn proceed(&mut self, actions: &mut Vec<Action>) {
        while self.write.is_none() {
            if let Some(effect) = self.effects.pop_front() {
                self.perform(effect, actions);
            } else if let Some(input) = self.inbox.pop_front() {
                self.step(input, actions);
            } else {
                return;
            }
        }
    }

    fn perform(&mut self, effect: Effect, actions: &mut Vec<Action>) {
        match effect {
            Effect::Log(certificate) => {
                let height = certificate.vote.height;
                self.disk.change().journal.append(height, &Record::Certificate(certificate));
            }
            Effect::Hold(held) => {
                if !mutant::is(mutant::SKIP_HOLD) {
                    let transactions = held.transactions.iter().map(|one| one.transaction().clone()).collect();
                    let record = Record::Held(Box::new(held.header.clone()), transactions);
                    self.disk.change().journal.append(held.header.height, &record);
                }
            }
            Effect::Sign(vote) => self.sign(vote, actions),
            Effect::Persist(commit) => {
                if mutant::is(mutant::SKIP_BLOCK_SYNC) {
                    if let Some(answer) = self.complete(Write::Block(commit)) {
                        self.step(answer, actions);
                    }
                } else {
                    self.write = Some(Write::Block(commit));
                    actions.push(Action::Wait);
                }
            }
            Effect::Finalised(finalised) => actions.push(Action::Finalised(Box::new(finalised))),
            Effect::Refuse { tx_id, reason } => actions.push(Action::Refuse(tx_id, reason)),
            Effect::AlreadyFinal { tx_id, height } => actions.push(Action::AlreadyFinal(tx_id, height)),
            Effect::Send { to, message } => actions.push(Action::Send(to, message)),
            Effect::SendFinal { to, from } => {
                let blocks = self.final_blocks(from);
                actions.push(Action::Send(Some(to), Box::new(Message::Final(blocks))));
            }
            // In worlds with joins the validators do not change and every process executes, so no process asks for
            // hand-overs or write-sets. Clients that wait for a promise are not simulated.
            Effect::SendWriteSets { .. } | Effect::TakeOverHandOvers(_) | Effect::Promised { .. } => {}
            Effect::SendSnapshot { to, ask } => {
                let part = self.serving.answer(&self.disk.look(), ask);
                actions.push(Action::Send(Some(to), Box::new(Message::Snapshot(Box::new(part)))));
            }
            Effect::TakeOverState(part) => self.disk.change().store.take_over(part),
            Effect::TakeOverSeen(blocks) => self.disk.change().store.takeover.seen.extend(blocks),
            Effect::DropTakeover => self.disk.change().store.takeover = Takeover::default(),
            Effect::Adopt(adoption) => {
                self.write = Some(Write::Adoption(adoption));
                actions.push(Action::Wait);
            }
            Effect::Spread(transaction) => {
                actions
                    .push(Action::Send(None, Box::new(Message::Transactions(vec![transaction.transaction().clone()]))));
            }
            Effect::Promise(request) => {
                self.promise_requests.push_back(request);
                actions.push(Action::WritePromise);
            }
            Effect::Kept(ids) => self.disk.change().owed.retain(|(_, one)| !ids.contains(&one.header.id())),
            Effect::EnterEpoch(committee) => self.signer = committee.me,
            Effect::Accuse(evidence) => actions.push(Action::Accuse(evidence)),
            Effect::Alarm(alarm) => actions.push(Action::Alarm(alarm)),
            Effect::Outdated(outdated) => unreachable!("no scenario schedules a version: {outdated}"),
        }
    }

    /// Signs a vote, appends it to the journal, and waits for the sync before the vote is sent.
    fn sign(&mut self, vote: Vote, actions: &mut Vec<Action>) {
        let Some(signer) = self.signer else { return };
        let signature = self.key.sign(Namespace::VOTE, &vote.digest());
        let signed = SignedVote { vote, signer, signature };
        self.disk.change().journal.append(signed.vote.height, &Record::Vote(signed.clone()));
        if mutant::is(mutant::SKIP_VOTE_SYNC) {
            self.step(Input::Signed(signed), actions);
        } else {
            self.write = Some(Write::Vote(Box::new(signed)));
            actions.push(Action::Wait);
        }
    }

    /// The stored final blocks from a height on, within the limits of one message.
    fn final_blocks(&self, from: Height) -> Vec<FinalBlock> {
        let content = self.disk.look();
        let mut bytes = 0;
        let mut fits = |block: &&Arc<FinalBlock>| {
            bytes += codec::encode(&***block).len();
            bytes <= FINAL_BYTES_MAX
        };
        let heights = (from.0..).map_while(|height| content.store.block(Height(height)));
        heights.take(FINAL_BLOCKS_MAX).take_while(&mut fits).map(|block| FinalBlock::clone(block)).collect()
    }
}
