//! What must hold, computed apart from the code that it judges. Invariant: an oracle sees only what leaves a process:
//! bytes, announcements and disks; and it shares no arithmetic with consensus, ledger or state.

pub mod agreement;
pub mod beacon;
pub mod certificate;
mod clock;
pub mod committee;
pub mod evidence;
mod idle;
pub mod joining;
pub mod law;
pub mod memory;
mod promise;
mod randomness;
pub mod replay;
pub mod rollback;
mod seat;
pub mod trade;
pub mod voting;

use crate::{cast::Cast, disk::Takeover};
use chain_ledger::beacon::BeaconState;
use chain_replica::{Finalised, Message, SnapshotPart};
use chain_types::{
    Certificate, Command, Epoch, FinalBlock, Genesis, Height, PublicKey, SecretKey, ShardId, TransactionHeader, TxId,
    atomic::BEACON_SHARD,
    beacon::{Command as Duty, Evidence, HandOver, PromiseBatch},
};
use std::sync::Arc;

/// Every invariant that is checked, by name.
pub const INVARIANTS: &[&str] = &[
    "agreement: one block per shard and height",
    "ancestry: each block names the one before it",
    "durability: what was announced is there after every restart",
    "voting: no honest key signs two digests for one step of one view",
    "voting: no honest key both nullifies and finalises a view",
    "certificates: each has distinct signers, true signatures and a quorum",
    "replay: executing the chain from genesis gives every header's state root",
    "replay: every receipt and the records' root are those of the block's content",
    "time: no final block is ahead of every honest clock",
    "time: no honest validator votes for a new block that is far behind its clock",
    "once: no transaction is twice on a chain",
    "once: no honest leader proposes what it knows to be final",
    "authors: every transaction on a chain carries its author's signature",
    "schemes: no key is read that names another scheme",
    "evidence is sound: no honest validator is convicted",
    "evidence is complete: a contradiction heard while deciding is reported",
    "idle: nothing is signed while nothing is to be decided",
    "memory: what waits stays within its limits",
    "rollback: a validator whose journal is old says nothing once it noticed",
    "promises: no block of an honest leader lacks what it promised",
    "progress: after the faults end every honest process commits",
    "progress: every transaction becomes final or expires",
    "epochs: shard 0 ends them one by one, and the others enter the same in the same order",
    "epochs: a quorum of the committee before certified each hand-over",
    "epochs: each block is of its shard's epoch and names its set",
    "epochs: each lasts as long as it must, and until every shard entered it",
    "epochs: after the faults end they go on",
    "randomness: it rests on deals of a quorum, fixed before any share was shown, and on shares of a third",
    "randomness: the number of each hand-over is the one that all shares and deals on the chain lead to",
    "convictions: only liars are convicted, each of one offence once",
    "convictions: who was convicted loses its seat",
    "convictions: who votes without a seat is convicted",
    "league: it is drawn by lots that were fixed before the number was known",
    "bonds: every unit is bonded, owed, kept or burned, as the events say",
    "seats: at one boundary no more change than may",
    "seats: whoever is new registered, paid a bond and said that it is ready",
    "seats: nobody weighs more than its bond, and who left stays away",
    "seats: who registered gets one, and who asked to leave has left and has its bond back",
    "bonds: none comes back before a whole epoch, and the least time, passed after the last with a seat",
    "supply: it is whole at every cut",
    "supply: each balance in the state is what the blocks add up to",
    "messages: each takes effect once and in order, and is kept until it did",
    "bundles: each is decided once and settled everywhere as it was decided",
    "bundles: none aborts unless a leg was refused",
    "bundles: after the faults end each is finished",
    "deadlines: from it on no leg is locked, before it no stranger refuses one, and a trace stays for its grace",
    "joining: what a replica joins with is the state of the agreed chain at that height",
    "joining: it remembers what is final and may still be valid, for as long as it may be",
    "joining: who lies in a part of a snapshot misleads nobody",
    "serving: an honest process serves blocks of the agreed chain alone",
    "repetition: a seed gives one trace",
];

/// A violated invariant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// When, in microseconds since the start.
    pub at_us: u64,
    /// What.
    pub what: String,
}

/// All oracles of one world.
pub struct Oracle {
    /// The time, set by the world before each event.
    pub now_us: u64,
    /// What was violated.
    pub violations: Vec<Violation>,
    /// One block per shard and height.
    pub agreement: agreement::Agreement,
    /// What replicas joined with.
    pub joining: joining::Joining,
    /// Who noticed that its journal is old.
    pub rollback: rollback::Rollback,
    /// How old the blocks are that honest validators vote for.
    pub(crate) clocks: clock::Clocks,
    /// What journals hold while the chain rests.
    pub(crate) idle: idle::Idle,
    voting: voting::Voting,
    certificates: certificate::Certificates,
    evidence: evidence::Evidence,
    promises: promise::Promises,
    /// Who decides in which epoch.
    pub committees: committee::Committees,
    /// The beacon, where there is one.
    pub beacon: Option<beacon::Beacon>,
    /// What crosses shards.
    pub trade: trade::Trade,
    /// Whether the second implementation of the law knows every command.
    is_plain: bool,
    genesis: Arc<Genesis>,
}

impl Oracle {
    /// Oracles for a chain. `liars` are the indices of the validators that may do anything.
    pub fn new(cast: &Cast, liars: Vec<u16>, is_plain: bool) -> Self {
        let genesis = Arc::clone(&cast.genesis);
        Self {
            now_us: 0,
            violations: Vec::new(),
            agreement: agreement::Agreement::default(),
            joining: joining::Joining::default(),
            rollback: rollback::Rollback::default(),
            clocks: clock::Clocks::default(),
            idle: idle::Idle::default(),
            voting: voting::Voting::new(liars.clone()),
            certificates: certificate::Certificates::default(),
            committees: committee::Committees::new(&genesis, cast.keys.iter().map(SecretKey::public_key).collect()),
            beacon: beacon::Beacon::new(&genesis, liars.clone()),
            trade: trade::Trade::new(&genesis),
            evidence: evidence::Evidence::new(liars),
            promises: promise::Promises::default(),
            is_plain,
            genesis,
        }
    }

    /// Notes a violation.
    pub fn report(&mut self, what: impl Into<String>) {
        self.violations.push(Violation { at_us: self.now_us, what: what.into() });
    }

    /// Notes a violation, if it is one.
    pub fn judge(&mut self, verdict: Result<(), String>) {
        if let Err(what) = verdict {
            self.report(what);
        }
    }

    /// An honest process says something.
    pub fn said(&mut self, process: usize, shard: ShardId, message: &Message) {
        if let Message::Proposal { vote, ids, .. } = message {
            let verdict = self.agreement.proposed(process, shard, vote.vote.height, ids);
            self.judge(verdict);
        }
        match message {
            Message::Proposal { vote, .. } | Message::Vote(vote) => {
                let signer = self.committees.machine(vote.vote.epoch, vote.signer);
                let verdict = self.voting.signed(signer, &vote.vote);
                self.judge(verdict);
            }
            Message::Certificate(certificate) => self.certificate(certificate),
            Message::Final(blocks) => blocks.iter().for_each(|block| self.served(process, shard, block)),
            Message::Snapshot(part) => {
                if let SnapshotPart::Head { block, .. } = &**part {
                    self.served(process, shard, block);
                }
            }
            _ => {}
        }
    }

    fn served(&mut self, process: usize, shard: ShardId, block: &FinalBlock) {
        self.certificate(&block.certificate);
        let verdict = self.agreement.served(process, shard, block);
        self.judge(verdict);
    }

    fn certificate(&mut self, certificate: &Certificate) {
        let verdict = self.certificates.check(self.genesis.chain_id(), &self.committees, certificate);
        if verdict.is_ok() {
            for (signer, _) in &certificate.signatures {
                let signer = self.committees.machine(certificate.vote.epoch, *signer);
                let verdict = self.voting.signed(signer, &certificate.vote);
                self.judge(verdict);
            }
        }
        self.judge(verdict);
    }

    /// An honest process announces a final block.
    pub fn finalised(&mut self, process: usize, shard: ShardId, finalised: &Finalised) {
        let verdict = self.agreement.announced(process, finalised.block.header.height);
        self.judge(verdict);
        self.learn(process, shard, &finalised.block);
    }

    fn learn(&mut self, process: usize, shard: ShardId, block: &Arc<FinalBlock>) {
        self.certificate(&block.certificate);
        let is_first = !self.agreement.has(shard, block.header.height);
        let verdict = self.agreement.learn(&self.genesis, process, shard, block);
        let is_agreed = verdict.is_ok();
        self.judge(verdict);
        if is_first && is_agreed {
            let verdict = self.fold(shard, block);
            self.judge(verdict);
        }
    }

    /// A block that nobody announced before.
    fn fold(&mut self, shard: ShardId, block: &FinalBlock) -> Result<(), String> {
        self.promises.fold(block)?;
        let (header, present) = (&block.header, self.committees.present(shard));
        let set = self.committees.set(present).map(chain_types::validator::ValidatorSet::digest);
        if header.epoch != present || set != Some(header.validator_set_hash) {
            return Err(format!("epochs: shard {shard} height {} is not of epoch {present}", header.height));
        }
        if let Some(beacon) = self.beacon.as_mut().filter(|_| shard == BEACON_SHARD) {
            beacon.fold(block, &self.committees)?;
        }
        for (command, hand_over) in hand_overs(block) {
            match command {
                Command::Beacon(Duty::EnterEpoch(proof)) => self.committees.entered(shard, hand_over, proof)?,
                _ => self.committees.ended(hand_over)?,
            }
        }
        self.trade.fold(block)
    }

    /// What an honest process's state says of the beacon.
    pub fn saw(&mut self, state: &BeaconState) {
        if let Some(beacon) = &mut self.beacon {
            beacon.saw(state);
        }
    }

    /// What an honest process's state says of the beacon when the world ends.
    pub fn compare(&mut self, state: &BeaconState) {
        let verdict = self.beacon.as_ref().map_or(Ok(()), |beacon| beacon.compare(state));
        self.judge(verdict);
    }

    /// The seat of a key in an epoch.
    pub fn seat(&self, epoch: Epoch, key: PublicKey) -> Option<u16> {
        self.committees.seat(epoch, key)
    }

    /// An honest process started, and this is its last block. When all that had it were stopped just then, nobody
    /// announced it.
    pub fn started(&mut self, process: usize, shard: ShardId, tip: Option<&Arc<FinalBlock>>) {
        let named = tip.map(|block| (block.header.height, block.header.digest()));
        let verdict = self.agreement.started(process, shard, named);
        self.judge(verdict);
        let is_known = |height| self.agreement.has(shard, height) || self.agreement.is_joined(shard, height);
        if let Some(block) = tip.filter(|block| !is_known(block.header.height)) {
            self.learn(process, shard, block);
        }
    }

    /// An honest process goes on from what it took over.
    pub fn joined(&mut self, process: usize, shard: ShardId, (block, takeover): (Arc<FinalBlock>, Takeover)) {
        self.certificate(&block.certificate);
        let verdict = self.agreement.joined(process, shard, &block);
        self.judge(verdict);
        self.joining.joined(process, shard, (block, takeover));
    }

    /// An honest leader promises; `header` knows its transactions.
    pub fn promised(&mut self, promise: &PromiseBatch, header: impl Fn(&TxId) -> Option<TransactionHeader>) {
        self.promises.given(promise, header);
    }

    /// An honest process accuses someone.
    pub fn accused(&mut self, evidence: &Evidence) {
        let verdict = match evidence {
            Evidence::Equivocation(equivocation) => self.evidence.accused(&self.committees, equivocation),
            Evidence::BrokenPromise(broken) => {
                let promise = &broken.promise.signed.promise;
                self.evidence.is_liar(self.committees.machine(promise.epoch, promise.leader))
            }
            Evidence::BadDeal(_) | Evidence::ForeignVote(_) => Ok(()),
        };
        self.judge(verdict);
    }

    /// An honest process that is deciding a height heard a message.
    pub fn heard(&mut self, process: (usize, u32), place: (Epoch, Height), message: &Message) {
        self.evidence.heard(&self.committees, process, place, message);
    }

    /// The world ends: what can be judged only now. `lives` are the processes' present lives.
    pub fn end(&mut self, lives: &[u32]) {
        let replayed = if self.is_plain {
            replay::replay_all(&self.genesis, &self.agreement, &self.joining)
        } else {
            law::replay_all(&self.genesis, &self.agreement)
        };
        let verdicts = [self.evidence.end(lives), replayed, self.joining.end(&self.agreement)];
        for verdict in verdicts {
            self.judge(verdict);
        }
    }
}

/// The hand-overs that a block's commands brought, with those commands.
fn hand_overs(block: &FinalBlock) -> impl Iterator<Item = (&Command, &HandOver)> {
    let entries = block.block.transactions.iter().flat_map(|transaction| &transaction.entries);
    entries.zip(&block.block.receipts).filter_map(|(entry, receipt)| match receipt {
        chain_types::Receipt::Applied(chain_types::Event::Beacon(event)) => {
            event.hand_over().map(|hand_over| (&entry.core.command, hand_over))
        }
        _ => None,
    })
}
