//! Byzantine behaviour: changes the messages of an honest replica into those of a faulty one. Invariant: a Byzantine
//! machine signs with its own key only. Its votes in another validator's name have invalid signatures.

mod snapshot;
mod unwanted;

use crate::{dice::Dice, fault::Lie};
use chain_replica::Message;
use chain_types::{
    Certificate, ChainId, Digest, FinalBlock, Height, SecretKey, Signature, SignedVote, TimestampMs, View, Vote,
    certificate::Step, signature::Namespace,
};
use snapshot::{forge_part, forged_of_thousand};
use std::collections::VecDeque;

/// Per mille of an intruder's sends that are followed by an unwanted message.
const UNWANTED_PERMILLE: u64 = 400;
/// Block digests that a [`Liar`] remembers for later conflicting votes.
const REMEMBERED_MAX: usize = 32;

/// A Byzantine validator or follower.
pub struct Liar {
    pub lie: Lie,
    /// Its index in the validator set.
    pub signer: u16,
    pub key: SecretKey,
    validators: u16,
    digests: VecDeque<Digest>,
    /// The chain, once a transaction revealed it.
    chain_id: Option<ChainId>,
    /// The last height that it reported in a status message.
    height: Height,
}

impl Liar {
    /// Creates a Byzantine process in a set of `validators` members.
    pub const fn new(lie: Lie, signer: u16, key: SecretKey, validators: u16) -> Self {
        Self { lie, signer, key, validators, digests: VecDeque::new(), chain_id: None, height: Height(0) }
    }

    /// Returns the messages, each with its receiving machine, that are sent instead of `message` to the machines `to`.
    pub fn twist(&mut self, message: &Message, to: &[usize], dice: &mut Dice) -> Vec<(usize, Message)> {
        let forged;
        let message = match message {
            Message::Snapshot(part) if self.lie.changes_content() && dice.chance(forged_of_thousand(part)) => {
                let mut part = part.clone();
                forge_part(&mut part, dice);
                forged = Message::Snapshot(part);
                &forged
            }
            other => other,
        };
        let unchanged = || to.iter().map(|machine| (*machine, message.clone())).collect::<Vec<_>>();
        match self.lie {
            Lie::Twin => unchanged(),
            Lie::Silent => Vec::new(),
            Lie::Selective => to.iter().filter(|_| dice.chance(600)).map(|one| (*one, message.clone())).collect(),
            Lie::Historian => to.iter().map(|machine| (*machine, forge_history(message, dice))).collect(),
            Lie::Mutator => self.mutate(message, to, dice),
            Lie::Poisoner => poison(message, to),
            Lie::Usurper => {
                let sent = self.usurp(message);
                to.iter().flat_map(|machine| sent.iter().map(|one| (*machine, one.clone()))).collect()
            }
            Lie::Intruder => {
                match message {
                    Message::Status { height, .. } => self.height = *height,
                    Message::Transactions(transactions) => {
                        self.chain_id = transactions.first().map(|one| one.header.chain_id).or(self.chain_id);
                    }
                    _ => {}
                }
                let mut sent = unchanged();
                if let Some(chain_id) = self.chain_id.filter(|_| dice.chance(UNWANTED_PERMILLE)) {
                    let unwanted = unwanted::unwanted_message(&self.key, chain_id, self.height, dice);
                    sent.extend(to.iter().map(|machine| (*machine, unwanted.clone())));
                }
                sent
            }
            Lie::Flooder => {
                let mut sent = unchanged();
                for _ in 0..6 {
                    let noise = self.noise(message, dice);
                    sent.extend(to.iter().map(|machine| (*machine, noise.clone())));
                }
                sent
            }
        }
    }

    fn mutate(&mut self, message: &Message, to: &[usize], dice: &mut Dice) -> Vec<(usize, Message)> {
        if let Message::Proposal { vote, .. } | Message::Vote(vote) = message {
            if self.digests.len() >= REMEMBERED_MAX {
                self.digests.pop_front();
            }
            self.digests.push_back(vote.vote.block);
        }
        let mut sent = Vec::new();
        // A changed message to everybody might reach a quorum.
        if dice.chance(150) {
            let changed = self.change(message, dice);
            return to.iter().flat_map(|machine| changed.iter().map(|one| (*machine, one.clone()))).collect();
        }
        for machine in to {
            if !dice.chance(400) {
                sent.push((*machine, message.clone()));
                continue;
            }
            let changed = self.change(message, dice);
            // A process that receives both conflicting messages holds evidence of equivocation.
            if dice.chance(500) {
                sent.push((*machine, message.clone()));
            }
            sent.extend(changed.into_iter().map(|one| (*machine, one)));
        }
        sent
    }

    fn sign(&self, vote: Vote) -> SignedVote {
        let signature = self.key.sign(Namespace::VOTE, &vote.digest());
        SignedVote { vote, signer: self.signer, signature }
    }

    fn some_digest(&self, dice: &mut Dice) -> Digest {
        let known: Vec<_> = self.digests.iter().copied().collect();
        dice.pick(&known)
            .copied()
            .filter(|_| dice.chance(700))
            .unwrap_or(Digest([u8::try_from(dice.below(4)).unwrap_or(0); 32]))
    }

    fn change(&self, message: &Message, dice: &mut Dice) -> Vec<Message> {
        match message {
            Message::Vote(vote) => self.change_vote(&vote.vote, dice),
            Message::Proposal { vote, header, ids } => {
                let (mut header, mut ids, mut claim) = (header.clone(), ids.clone(), vote.vote.clone());
                match dice.below(9) {
                    7 => {
                        // 1 s: older than the parent but near every clock. 6 s: outside the clocks' bounds but, after a
                        // pause, newer than the parent. 60 s: older than both.
                        let back_ms = dice.pick(&[1_000, 6_000, 60_000]).copied().unwrap_or_default();
                        header.timestamp_ms = TimestampMs(header.timestamp_ms.0.saturating_sub(back_ms));
                    }
                    // A new block in this view, although another one may already be notarised.
                    8 => (header.view, header.proposer) = (claim.view, self.signer),
                    0 => header.timestamp_ms = TimestampMs(header.timestamp_ms.0 + 30_000),
                    1 => header.state_root = Digest([9; 32]),
                    2 => header.records_root = Digest([9; 32]),
                    3 => header.delta_root = Digest([9; 32]),
                    4 => header.timestamp_ms = TimestampMs(header.timestamp_ms.0 + 1),
                    5 => claim.view = claim.view.next(),
                    _ => {}
                }
                if header.digest() == vote.vote.block && dice.chance(800) {
                    // A true header with a wrong transaction list: a validator that accepts the list cannot execute the
                    // block.
                    ids.reverse();
                    ids.pop();
                    ids.extend(ids.first().copied());
                    ids.push(chain_types::TxId(Digest([3; 32])));
                }
                claim.block = header.digest();
                vec![Message::Proposal { vote: self.sign(claim), header, ids }]
            }
            Message::Certificate(certificate) => vec![Message::Certificate(self.forge(&certificate.vote, dice))],
            Message::Status { height, view } => {
                let ahead = Height(height.0 + dice.below(3));
                vec![Message::Status { height: ahead, view: View(view.0 + dice.below(40)) }]
            }
            Message::Block { header, ids } => {
                let ids = ids.iter().rev().copied().chain([chain_types::TxId(Digest([4; 32]))]).collect();
                vec![Message::Block { header: header.clone(), ids }]
            }
            Message::Final(_) => vec![forge_history(message, dice)],
            other => vec![other.clone()],
        }
    }

    fn change_vote(&self, vote: &Vote, dice: &mut Dice) -> Vec<Message> {
        let mut other = vote.clone();
        match dice.below(7) {
            0 => other.block = self.some_digest(dice),
            1 => other.view = other.view.next(),
            2 => (other.step, other.block) = (Step::Nullify, Digest::ZERO),
            3 => other.epoch.0 += 1,
            4 => other.step = Step::Finalise,
            5 => return vec![Message::Certificate(self.forge(vote, dice))],
            _ => return self.impersonate(vote, dice),
        }
        vec![Message::Vote(self.sign(other))]
    }

    /// Replaces a notarised block by a block of its own, together with its own votes for it.
    fn usurp(&self, message: &Message) -> Vec<Message> {
        match message {
            Message::Vote(vote) if vote.vote.step == Step::Finalise => Vec::new(),
            Message::Proposal { vote, header, ids } if header.view < vote.vote.view => {
                let mut header = header.clone();
                (header.view, header.proposer) = (vote.vote.view, self.signer);
                header.timestamp_ms = TimestampMs(header.timestamp_ms.0 + 1);
                let claim = |step: Step| Vote { step, block: header.digest(), ..vote.vote.clone() };
                let votes = [Step::Notarise, Step::Finalise].map(|step| Message::Vote(self.sign(claim(step))));
                let vote = self.sign(claim(Step::Propose));
                [Message::Proposal { vote, header: header.clone(), ids: ids.clone() }]
                    .into_iter()
                    .chain(votes)
                    .collect()
            }
            other => vec![other.clone()],
        }
    }

    /// A correctly signed proposal or vote for a block that does not exist.
    fn noise(&self, message: &Message, dice: &mut Dice) -> Message {
        let block = Digest(std::array::from_fn(|_| u8::try_from(dice.below(256)).unwrap_or(0)));
        match message {
            Message::Proposal { vote, header, ids } => {
                let mut header = header.clone();
                header.parent = block;
                let claim = Vote { block: header.digest(), view: View(dice.below(30)), ..vote.vote.clone() };
                Message::Proposal { vote: self.sign(claim), header, ids: ids.clone() }
            }
            Message::Vote(vote) => {
                let height = Height(vote.vote.height.0 + dice.below(2));
                let claim = Vote { block, view: View(dice.below(30)), height, ..vote.vote.clone() };
                Message::Vote(self.sign(claim))
            }
            other => other.clone(),
        }
    }

    /// Votes that claim to be from other validators.
    fn impersonate(&self, vote: &Vote, dice: &mut Dice) -> Vec<Message> {
        let mut other = vote.clone();
        if dice.chance(500) {
            other.block = self.some_digest(dice);
        }
        if dice.chance(300) {
            other.step = Step::Finalise;
        }
        let signature = self.sign(other.clone()).signature;
        let others = (0..self.validators).filter(|signer| *signer != self.signer);
        others.map(|signer| Message::Vote(SignedVote { vote: other.clone(), signer, signature })).collect()
    }

    /// A certificate without a valid quorum.
    fn forge(&self, vote: &Vote, dice: &mut Dice) -> Certificate {
        let mut vote = vote.clone();
        if vote.step == Step::Propose || dice.chance(500) {
            vote.step = Step::Finalise;
        }
        if dice.chance(300) {
            vote.block = self.some_digest(dice);
        }
        let own = self.sign(vote.clone()).signature;
        let signatures: Vec<(u16, Signature)> = match dice.below(4) {
            0 => vec![(self.signer, own)],
            1 => vec![(self.signer, own), (self.signer, own), (self.signer, own)],
            2 => (0..self.validators).map(|signer| (signer, own)).collect(),
            _ => Vec::new(),
        };
        Certificate { vote, signatures }
    }
}

/// Sends a wrong transaction list to the first receiver only, and withholds everything that would finalise the block.
fn poison(message: &Message, to: &[usize]) -> Vec<(usize, Message)> {
    match message {
        Message::Vote(vote) if vote.vote.step == Step::Finalise => Vec::new(),
        Message::Final(_) | Message::FetchBlock { .. } | Message::Block { .. } | Message::Transactions(_) => Vec::new(),
        Message::Proposal { vote, header, ids } => {
            let false_ids = ids.iter().skip(1).copied().chain([chain_types::TxId(Digest([3; 32]))]).collect();
            let lie = Message::Proposal { vote: vote.clone(), header: header.clone(), ids: false_ids };
            let sent_to = |at: usize| if at == 0 { lie.clone() } else { message.clone() };
            to.iter().enumerate().map(|(at, machine)| (*machine, sent_to(at))).collect()
        }
        other => to.iter().map(|machine| (*machine, other.clone())).collect(),
    }
}

/// Forges final blocks, or claims a greater height.
fn forge_history(message: &Message, dice: &mut Dice) -> Message {
    match message {
        Message::Final(blocks) => {
            let mut blocks = blocks.clone();
            let at = dice.index(blocks.len());
            if let Some(block) = blocks.get_mut(at) {
                forge_block(block, dice);
            }
            Message::Final(blocks)
        }
        Message::Status { height, view } if dice.chance(500) => {
            let height = if dice.chance(500) { Height(u64::MAX) } else { Height(height.0 + dice.below(5)) };
            Message::Status { height, view: *view }
        }
        other => other.clone(),
    }
}

fn forge_block(block: &mut FinalBlock, dice: &mut Dice) {
    match dice.below(6) {
        0 => block.header.state_root = Digest([5; 32]),
        1 => {
            block.block.transactions.pop();
        }
        2 => {
            if let Some(transaction) = block.block.transactions.first_mut() {
                transaction.signature = Signature::Ed25519([6; 64]);
            }
        }
        3 => block.certificate.signatures.truncate(1),
        4 => {
            // A different block at the same height, with no valid certificate.
            block.header.timestamp_ms = TimestampMs(block.header.timestamp_ms.0 + 1);
            block.certificate.vote.block = block.header.digest();
        }
        _ => block.block.receipts.reverse(),
    }
}
