//! What must hold, computed apart from the code that it judges. Invariant: an oracle sees only what leaves a process:
//! bytes, announcements and disks; and it shares no arithmetic with consensus, ledger or state.

pub mod agreement;
pub mod certificate;
pub mod evidence;
pub mod memory;
pub mod replay;
pub mod rollback;
pub mod voting;

use chain_replica::{Finalised, Message};
use chain_types::{Certificate, Genesis, Height, ShardId, certificate::Equivocation};
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
    "once: no transaction is twice on a chain",
    "once: no honest leader proposes what it knows to be final",
    "authors: every transaction on a chain carries its author's signature",
    "evidence is sound: no honest validator is convicted",
    "evidence is complete: a contradiction heard while deciding is reported",
    "memory: what waits stays within its limits",
    "rollback: a validator whose journal is old says nothing once it noticed",
    "progress: after the faults end every honest process commits",
    "progress: every transaction becomes final or expires",
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
    /// Who noticed that its journal is old.
    pub rollback: rollback::Rollback,
    voting: voting::Voting,
    certificates: certificate::Certificates,
    evidence: evidence::Evidence,
    genesis: Arc<Genesis>,
}

impl Oracle {
    /// Oracles for a chain. `liars` are the indices of the validators that may do anything.
    pub fn new(genesis: Arc<Genesis>, liars: Vec<u16>) -> Self {
        Self {
            now_us: 0,
            violations: Vec::new(),
            agreement: agreement::Agreement::default(),
            rollback: rollback::Rollback::default(),
            voting: voting::Voting::new(liars.clone()),
            certificates: certificate::Certificates::default(),
            evidence: evidence::Evidence::new(liars),
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
                let verdict = self.voting.signed(vote.signer, &vote.vote);
                self.judge(verdict);
            }
            Message::Certificate(certificate) => self.certificate(certificate),
            Message::Final(blocks) => blocks.iter().for_each(|block| self.certificate(&block.certificate)),
            _ => {}
        }
    }

    fn certificate(&mut self, certificate: &Certificate) {
        let verdict = self.certificates.check(&self.genesis, certificate);
        if verdict.is_ok() {
            for (signer, _) in &certificate.signatures {
                let verdict = self.voting.signed(*signer, &certificate.vote);
                self.judge(verdict);
            }
        }
        self.judge(verdict);
    }

    /// An honest process announces a final block.
    pub fn finalised(&mut self, process: usize, shard: ShardId, finalised: &Finalised) {
        self.certificate(&finalised.block.certificate);
        let verdict = self.agreement.finalised(&self.genesis, process, shard, &finalised.block);
        self.judge(verdict);
    }

    /// An honest process started with this tip.
    pub fn started(&mut self, process: usize, shard: ShardId, tip: Option<(Height, chain_types::Digest)>) {
        let verdict = self.agreement.started(process, shard, tip);
        self.judge(verdict);
    }

    /// An honest process accuses someone.
    pub fn accused(&mut self, equivocation: &Equivocation) {
        let verdict = self.evidence.accused(&self.genesis, equivocation);
        self.judge(verdict);
    }

    /// An honest process that is deciding a height heard a message.
    pub fn heard(&mut self, process: (usize, u32), height: Height, message: &Message) {
        self.evidence.heard(&self.genesis, process, height, message);
    }

    /// The world ends: what can be judged only now. `lives` are the processes' present lives.
    pub fn end(&mut self, lives: &[u32]) {
        let verdicts = [self.evidence.end(lives), replay::replay_all(&self.genesis, &self.agreement)];
        for verdict in verdicts {
            self.judge(verdict);
        }
    }
}
