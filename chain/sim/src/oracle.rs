//! The oracles: independent checks of the simulated chain's invariants. Invariant: an oracle never changes a process.
//! [`replay`] executes blocks without the ledger's code; [`law`] uses the ledger's code for commands that [`replay`]
//! lacks.

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

/// Every checked invariant, by name.
pub const INVARIANTS: &[&str] = &[
    "agreement: one block per shard and height",
    "ancestry: each block names the one before it",
    "durability: an announced block is present after every restart",
    "voting: no honest key signs two digests for one step of one view",
    "voting: no honest key both nullifies and finalises a view",
    "certificates: each has distinct signers, valid signatures and a quorum",
    "replay: executing the chain from genesis yields every header's state root",
    "replay: every receipt and the records' root follow from the block's content",
    "time: no final block is ahead of every honest clock",
    "time: no honest validator votes for a new block that is far behind its clock",
    "once: no transaction is twice on a chain",
    "once: no honest leader proposes a transaction that it knows to be final",
    "authors: every transaction on a chain carries its author's signature",
    "schemes: no key that names another signature scheme decodes",
    "evidence is sound: no honest validator is convicted",
    "evidence is complete: conflicting votes received while deciding are reported",
    "idle: nothing is signed while there is nothing to decide",
    "memory: queued and cached data stays within its limits",
    "rollback: a validator whose journal is old stops voting once it notices",
    "promises: no block of an honest leader lacks a transaction that the leader promised",
    "progress: after the faults end every honest process commits",
    "progress: every transaction becomes final or expires",
    "epochs: shard 0 ends them one by one, and the others enter the same in the same order",
    "epochs: a quorum of the previous committee certified each hand-over",
    "epochs: each block is of its shard's epoch and names its validator set",
    "epochs: each has its minimum length and lasts until every shard has entered it",
    "epochs: after the faults end they advance",
    "randomness: it rests on deals of a quorum, fixed before any reveal, and on shares of a third",
    "randomness: the number of each hand-over is the one that all shares and deals on the chain yield",
    "convictions: only Byzantine validators are convicted, at most once per epoch and offence",
    "convictions: a convicted validator loses its seat",
    "convictions: a vote without a seat leads to a conviction",
    "league: it is drawn by lots that were fixed before the number was known",
    "bonds: every unit is bonded, owed, kept or burned, as the events state",
    "seats: at one epoch boundary no more change than allowed",
    "seats: a new member has registered, bonded and acknowledged its synchronisation",
    "seats: no weight exceeds its bond, and a validator that left does not return",
    "seats: a registered validator gets one; a validator that announced to leave has left and has its bond back",
    "bonds: none is released before a whole epoch, and the minimum time, have passed since the last seat",
    "supply: it is complete at every cut",
    "supply: each balance in the state equals the sum of the blocks",
    "messages: each takes effect once and in order, and is kept until then",
    "bundles: each is decided once and settled everywhere as it was decided",
    "bundles: none aborts unless a leg was refused",
    "bundles: after the faults end each is finished",
    "deadlines: no leg is locked after it, only the debtor refuses one before it, and a record stays for its grace",
    "joining: a replica joins with the state of the agreed chain at that height",
    "joining: it remembers the final transactions that may still be valid, as long as they may be",
    "joining: a forged part of a snapshot has no effect",
    "serving: an honest process serves blocks of the agreed chain alone",
    "repetition: a seed gives one trace",
];

/// A violated invariant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Microseconds since the start.
    pub at_us: u64,
    /// The invariant's name, a colon and the details.
    pub what: String,
}

/// All oracles of one world.
pub struct Oracle {
    /// The time in microseconds since the start; the world sets it before each event.
    pub now_us: u64,
    pub violations: Vec<Violation>,
    /// One block per shard and height.
    pub agreement: agreement::Agreement,
    /// The snapshots that processes joined from.
    pub joining: joining::Joining,
    /// Validators with restored journals.
    pub rollback: rollback::Rollback,
    /// The age of the blocks that honest validators vote for.
    pub(crate) clocks: clock::Clocks,
    /// The journal sizes while the chain is idle.
    pub(crate) idle: idle::Idle,
    voting: voting::Voting,
    certificates: certificate::Certificates,
    evidence: evidence::Evidence,
    promises: promise::Promises,
    /// The committees of all epochs.
    pub committees: committee::Committees,
    /// The beacon; `None` on chains without one.
    pub beacon: Option<beacon::Beacon>,
    /// Messages and bundles across shards.
    pub trade: trade::Trade,
    /// Whether the second implementation of the law knows every command of this world.
    is_plain: bool,
    genesis: Arc<Genesis>,
}

impl Oracle {
    /// Creates the oracles of a chain. `liars` are the machines whose votes are not checked.
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

    /// Records a violation.
    pub fn report(&mut self, what: impl Into<String>) {
        self.violations.push(Violation { at_us: self.now_us, what: what.into() });
    }

    /// Records a violation, if the verdict is an error.
    pub fn judge(&mut self, verdict: Result<(), String>) {
        if let Err(what) = verdict {
            self.report(what);
        }
    }

    /// An honest process sends a message.
    pub fn sent(&mut self, process: usize, shard: ShardId, message: &Message) {
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

    /// Folds a block into the oracles that follow the chain, at its first announcement.
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

    /// Reads the beacon's state at an honest process.
    pub fn observed(&mut self, state: &BeaconState) {
        if let Some(beacon) = &mut self.beacon {
            beacon.observed(state);
        }
    }

    /// Compares the beacon's state at an honest process at the end of the world.
    pub fn compare(&mut self, state: &BeaconState) {
        let verdict = self.beacon.as_ref().map_or(Ok(()), |beacon| beacon.compare(state));
        self.judge(verdict);
    }

    /// The seat of a key in an epoch.
    pub fn seat(&self, epoch: Epoch, key: PublicKey) -> Option<u16> {
        self.committees.seat(epoch, key)
    }

    /// An honest process started with this last block. The block may be new to the oracles: all processes that had it
    /// may have stopped before they announced it.
    pub fn started(&mut self, process: usize, shard: ShardId, tip: Option<&Arc<FinalBlock>>) {
        let named = tip.map(|block| (block.header.height, block.header.digest()));
        let verdict = self.agreement.started(process, shard, named);
        self.judge(verdict);
        let is_known = |height| self.agreement.has(shard, height) || self.agreement.is_joined(shard, height);
        if let Some(block) = tip.filter(|block| !is_known(block.header.height)) {
            self.learn(process, shard, block);
        }
    }

    /// An honest process joined from a snapshot.
    pub fn joined(&mut self, process: usize, shard: ShardId, (block, takeover): (Arc<FinalBlock>, Takeover)) {
        self.certificate(&block.certificate);
        let verdict = self.agreement.joined(process, shard, &block);
        self.judge(verdict);
        self.joining.joined(process, shard, (block, takeover));
    }

    /// An honest leader made promises. `header` returns the header of a known transaction.
    pub fn promised(&mut self, promise: &PromiseBatch, header: impl Fn(&TxId) -> Option<TransactionHeader>) {
        self.promises.given(promise, header);
    }

    /// An honest process reported evidence.
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

    /// An honest process, with its life, received a message while it decides the given height.
    pub fn received(&mut self, process: (usize, u32), place: (Epoch, Height), message: &Message) {
        self.evidence.received(&self.committees, process, place, message);
    }

    /// Checks what can only be judged at the end of the world. `lives` are the current lives of the processes.
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

/// The hand-overs in a block, each with its command.
fn hand_overs(block: &FinalBlock) -> impl Iterator<Item = (&Command, &HandOver)> {
    let entries = block.block.transactions.iter().flat_map(|transaction| &transaction.entries);
    entries.zip(&block.block.receipts).filter_map(|(entry, receipt)| match receipt {
        chain_types::Receipt::Applied(chain_types::Event::Beacon(event)) => {
            event.hand_over().map(|hand_over| (&entry.core.command, hand_over))
        }
        _ => None,
    })
}
