//! A process: one replica, its disk, and the interpreter that performs its effects. Invariant: effects are performed
//! strictly in order, and while one waits for the disk the ones after it wait as well, as in a node.

use crate::{
    dice::Dice,
    disk::{Content, Disk},
    journal::Record,
};
use chain_replica::{
    Alarm, Commit, Effect, FINAL_BLOCKS_MAX, FINAL_BYTES_MAX, Finalised, Input, Message, Refused, Replica, Role,
    SnapshotPart, Timing,
};
use chain_types::{
    FinalBlock, Genesis, Height, PublicKey, SecretKey, ShardId, SignedVote, TimestampMs, TxId, Vote,
    certificate::Equivocation, codec, mutant, signature::Namespace,
};
use std::{collections::VecDeque, sync::Arc};

/// What a process does to the world.
pub enum Action {
    /// Sends a message to one key's processes, or to everyone.
    Send(Option<PublicKey>, Box<Message>),
    /// Waits for its disk.
    Wait,
    /// Announces a final block.
    Finalised(Box<Finalised>),
    /// Refuses a transaction.
    Refuse(TxId, Refused),
    /// Says that a transaction is final.
    AlreadyFinal(TxId, Height),
    /// Accuses a validator.
    Accuse(Box<Equivocation>),
    /// Tells its operator something.
    Alarm(Alarm),
    /// Stops for good, for this reason.
    Stopped(String),
}

/// A write that is under way.
enum Write {
    /// The journal is being synced, under a vote.
    Vote(Box<SignedVote>),
    /// A block is being written.
    Block(Box<Commit>),
}

/// A process.
pub struct Process {
    /// The machine it runs on.
    pub machine: usize,
    /// Its shard.
    pub shard: ShardId,
    /// Its key.
    pub key: SecretKey,
    /// Its index in the validator set.
    pub signer: Option<u16>,
    /// Which half of a twin it is; zero for everyone else.
    pub half: usize,
    /// Its disk.
    pub disk: Disk,
    /// A copy of the disk that an operator made.
    pub copy: Option<Content>,
    /// The next write fails.
    pub fails: bool,
    /// How often it was started.
    pub life: u32,
    /// Whether inputs are handled while the disk is busy.
    pub is_concurrent: bool,
    /// The replica, while it runs.
    pub replica: Option<Replica<Disk>>,
    effects: VecDeque<Effect>,
    inbox: VecDeque<Input>,
    write: Option<Write>,
}

impl Process {
    /// A process that was never started, with an empty disk.
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
            replica: None,
            effects: VecDeque::new(),
            inbox: VecDeque::new(),
            write: None,
        }
    }

    /// Starts it from its disk.
    ///
    /// # Errors
    /// Why it refuses to start.
    pub fn start(&mut self, genesis: &Arc<Genesis>, timing: Timing) -> Result<(), String> {
        self.stop();
        let (state, recovered) = self.disk.recover().ok_or("the journal is damaged")?;
        let role = Role { key: self.key.public_key(), timing };
        let replica = Replica::recover(Arc::clone(genesis), self.shard, &role, state, recovered);
        let replica = replica.map_err(|error| error.to_string())?;
        self.signer = replica.committee().me;
        self.replica = Some(replica);
        Ok(())
    }

    /// Stops it where it stands. What the operating system was given reaches the disk.
    pub fn stop(&mut self) {
        self.life += 1;
        self.replica = None;
        self.effects.clear();
        self.inbox.clear();
        self.write = None;
    }

    /// It is killed. What it gave to the operating system reaches the disk; a block that it was writing does or not.
    pub fn kill(&mut self, dice: &mut Dice) {
        if self.replica.is_none() {
            return;
        }
        if let Some(write @ Write::Block(_)) = self.write.take()
            && dice.chance(500)
        {
            self.complete(write);
        }
        self.disk.change().journal.sync();
        self.stop();
    }

    /// It loses power: what was not synced is lost, or cut, or garbled; a block that it was writing is there or not.
    pub fn lose_power(&mut self, dice: &mut Dice) {
        if self.replica.is_none() {
            return;
        }
        if let Some(write @ Write::Block(_)) = self.write.take()
            && dice.chance(500)
        {
            self.complete(write);
        }
        self.disk.change().journal.lose_power(dice);
        if mutant::is(mutant::SKIP_BLOCK_SYNC) && dice.chance(500) {
            self.disk.change().store.lose_last();
        }
        self.stop();
    }

    /// Whether it is writing.
    pub const fn is_writing(&self) -> bool {
        self.write.is_some()
    }

    /// Whether it handles an input at once.
    pub const fn is_attentive(&self) -> bool {
        self.write.is_none() || self.is_concurrent
    }

    /// Gives it an input.
    pub fn input(&mut self, input: Input, actions: &mut Vec<Action>) {
        if self.replica.is_none() {
            return;
        }
        if self.write.is_some() && !self.is_concurrent {
            self.inbox.push_back(input);
            return;
        }
        self.step(input, actions);
        self.proceed(actions);
    }

    /// Gives it the time of its clock.
    pub fn tick(&mut self, now: TimestampMs, actions: &mut Vec<Action>) {
        // A tick that waits behind another would only repeat it.
        if self.write.is_none() || self.is_concurrent {
            self.input(Input::Tick { now }, actions);
        }
    }

    /// Its disk finished the write under way.
    pub fn written(&mut self, actions: &mut Vec<Action>) {
        let Some(write) = self.write.take() else { return };
        if self.fails {
            // A failed write is never tried again: nobody knows what of it is on the disk.
            self.fails = false;
            self.stop();
            actions.push(Action::Stopped("a write failed".to_owned()));
            return;
        }
        let answer = self.complete(write);
        self.step(answer, actions);
        self.proceed(actions);
    }

    fn complete(&self, write: Write) -> Input {
        let mut content = self.disk.change();
        match write {
            Write::Vote(vote) => {
                content.journal.sync();
                Input::Signed(*vote)
            }
            Write::Block(commit) => {
                content.store.write(&commit);
                content.journal.forget_before(commit.block.header.height);
                Input::Persisted
            }
        }
    }

    fn step(&mut self, input: Input, actions: &mut Vec<Action>) {
        let Some(replica) = self.replica.as_mut() else { return };
        let mut effects = Vec::new();
        if let Err(failure) = replica.step(input, &mut effects) {
            self.stop();
            actions.push(Action::Stopped(failure.to_string()));
            return;
        }
        self.effects.extend(effects);
    }

    /// Performs what can be performed, and then handles what waits.
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
                    let answer = self.complete(Write::Block(commit));
                    self.step(answer, actions);
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
            // Whoever asks for a snapshot gets none: joining is tested over the node's own disk.
            Effect::SendSnapshot { to, .. } => {
                actions.push(Action::Send(Some(to), Box::new(Message::Snapshot(Box::new(SnapshotPart::Gone)))));
            }
            // Everyone here executes, so nobody asks for write-sets.
            Effect::SendWriteSets { .. }
            | Effect::TakeOverState(_)
            | Effect::TakeOverSeen(_)
            | Effect::TakeOverHandOvers(_)
            | Effect::DropTakeover
            | Effect::Adopt(_) => {}
            Effect::Spread(transaction) => {
                actions.push(Action::Send(None, Box::new(Message::Transactions(vec![*transaction]))));
            }
            Effect::EnterEpoch(committee) => self.signer = committee.me,
            Effect::Accuse(equivocation) => actions.push(Action::Accuse(equivocation)),
            Effect::Alarm(alarm) => actions.push(Action::Alarm(alarm)),
        }
    }

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

    fn final_blocks(&self, from: Height) -> Vec<FinalBlock> {
        let content = self.disk.look();
        let first = usize::try_from(from.0.saturating_sub(1)).unwrap_or(usize::MAX);
        let mut bytes = 0;
        let mut fits = |block: &&Arc<FinalBlock>| {
            bytes += codec::encode(&***block).len();
            bytes <= FINAL_BYTES_MAX
        };
        let blocks = content.store.blocks.iter().skip(first).take(FINAL_BLOCKS_MAX);
        blocks.take_while(|block| fits(block)).map(|block| FinalBlock::clone(block)).collect()
    }
}
