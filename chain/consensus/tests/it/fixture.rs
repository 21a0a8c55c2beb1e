//! Validators around a table: what one says the others hear, in order, unless a story keeps it from them. Invariant: the
//! fixture does what a replica does, in the order in which it is asked; it decides nothing.

use chain_consensus::{Committee, Effect, Input, Memory, Simplex, Timing};
use chain_types::{
    Certificate, Digest, Epoch, Genesis, Height, SecretKey, ShardId, SignedVote, TimestampMs, View, Vote,
    certificate::{Equivocation, Step},
    signature::Namespace,
    validator::{Validator, ValidatorSet},
};
use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

pub(crate) const HEIGHT: Height = Height(1);
pub(crate) const TIMING: Timing = Timing { view_ms: 100, view_ms_max: 400, grace_ms: 20, resend_ms: 50 };

/// The block that a leader builds in a view.
pub(crate) fn block_of(view: View) -> Digest {
    Digest([u8::try_from(view.0).expect("few views") + 1; 32])
}

pub(crate) fn key(index: usize) -> SecretKey {
    SecretKey::from_seed(&[u8::try_from(index).expect("few validators") + 1; 32])
}

/// A vote that a validator signs outside of its replica.
pub(crate) fn sign(committee: &Committee, signer: usize, view: View, step: Step, block: Digest) -> SignedVote {
    let vote = committee.vote(HEIGHT, view, step, block);
    let signature = key(signer).sign(Namespace::VOTE, &vote.digest());
    SignedVote { vote, signer: u16::try_from(signer).expect("few validators"), signature }
}

/// One validator with what it did.
pub(crate) struct Member {
    pub(crate) simplex: Simplex,
    pub(crate) committee: Arc<Committee>,
    pub(crate) signed: Vec<SignedVote>,
    pub(crate) logged: Vec<Certificate>,
    pub(crate) held: Vec<(Digest, View)>,
    pub(crate) decided: Option<Certificate>,
    pub(crate) accused: Vec<Equivocation>,
}

impl Member {
    pub(crate) fn said(&self, step: Step) -> Vec<&Vote> {
        self.signed.iter().map(|signed| &signed.vote).filter(|vote| vote.step == step).collect()
    }
}

/// The validators of one height.
pub(crate) struct Table {
    pub(crate) members: Vec<Member>,
    /// Validators that neither speak nor hear.
    pub(crate) absent: BTreeSet<usize>,
    /// What does not arrive, by what is said and to whom.
    pub(crate) is_lost: fn(&Input, usize) -> bool,
    pub(crate) now: TimestampMs,
    post: VecDeque<(usize, Input)>,
}

impl Table {
    pub(crate) fn new(weights: &[u64]) -> Self {
        let validators = weights.iter().enumerate();
        let validators =
            validators.map(|(index, weight)| Validator { key: key(index).public_key(), weight: *weight }).collect();
        let genesis = Genesis {
            name: "table".to_owned(),
            timestamp_ms: TimestampMs(0),
            salt: [1; 16],
            shards: 1,
            operator: key(99).public_key(),
            validators: ValidatorSet { epoch: Epoch(0), validators },
        };
        let member = |index: usize| {
            let committee = Arc::new(Committee::of(&genesis, ShardId(0), &key(index).public_key()));
            let simplex = Simplex::new(Arc::clone(&committee), TIMING, HEIGHT, TimestampMs(0), Memory::default());
            Member {
                simplex,
                committee,
                signed: Vec::new(),
                logged: Vec::new(),
                held: Vec::new(),
                decided: None,
                accused: Vec::new(),
            }
        };
        Self {
            members: (0..weights.len()).map(member).collect(),
            absent: BTreeSet::new(),
            is_lost: |_, _| false,
            now: TimestampMs(0),
            post: VecDeque::new(),
        }
    }

    pub(crate) fn leader(&self, view: u64) -> usize {
        usize::from(self.members[0].committee.leader(HEIGHT, View(view)))
    }

    /// Everyone has something to decide, and all that follows happens.
    pub(crate) fn work(&mut self) {
        for member in 0..self.members.len() {
            self.post.push_back((member, Input::Work));
        }
        self.settle();
    }

    /// Time passes for everyone, a little at a time.
    pub(crate) fn wait(&mut self, ms: u64) {
        for _ in 0..ms / 10 {
            self.now.0 += 10;
            for member in 0..self.members.len() {
                self.post.push_back((member, Input::Tick(self.now)));
            }
            self.settle();
        }
    }

    /// Someone hears something.
    pub(crate) fn tell(&mut self, member: usize, input: Input) {
        self.post.push_back((member, input));
        self.settle();
    }

    /// A validator stops and starts again with what it remembers.
    pub(crate) fn restart(&mut self, index: usize) {
        let member = &mut self.members[index];
        let memory =
            Memory { votes: member.signed.clone(), certificates: member.logged.clone(), held: member.held.clone() };
        member.simplex = Simplex::new(Arc::clone(&member.committee), TIMING, HEIGHT, self.now, memory);
    }

    fn settle(&mut self) {
        while let Some((to, input)) = self.post.pop_front() {
            if self.absent.contains(&to) {
                continue;
            }
            let mut effects = Vec::new();
            self.members[to].simplex.step(input, &mut effects);
            for effect in effects {
                self.perform(to, effect);
            }
        }
    }

    fn say(&mut self, from: usize, input: &Input) {
        for to in 0..self.members.len() {
            if to != from && !(self.is_lost)(input, to) {
                self.post.push_back((to, input.clone()));
            }
        }
    }

    fn perform(&mut self, from: usize, effect: Effect) {
        let index = u16::try_from(from).expect("few validators");
        match effect {
            Effect::Propose { view, again } => {
                let block = again.unwrap_or_else(|| block_of(view));
                self.post.push_back((from, Input::Proposed { view, block }));
            }
            Effect::Examine { block } => self.post.push_back((from, Input::Valid(block))),
            Effect::Hold(block) => self.members[from].held.push((block, born(block))),
            Effect::Sign(vote) => {
                let signature = key(from).sign(Namespace::VOTE, &vote.digest());
                let signed = SignedVote { vote, signer: index, signature };
                self.members[from].signed.push(signed.clone());
                self.post.push_back((from, Input::Signed(signed)));
            }
            Effect::Log(certificate) => self.members[from].logged.push(certificate),
            Effect::Announce(vote) => {
                let born = born(vote.vote.block);
                self.say(from, &Input::Proposal { vote, born });
            }
            Effect::Vote(vote) => self.say(from, &Input::Vote(vote)),
            Effect::Certificate(certificate) => self.say(from, &Input::Certificate(certificate)),
            Effect::CertificateTo(to, certificate) => {
                self.post.push_back((usize::from(to), Input::Certificate(certificate)));
            }
            Effect::Status(view) => self.say(from, &Input::Status { from: index, view }),
            Effect::Decided(certificate) => self.members[from].decided = Some(certificate),
            Effect::Accuse(equivocation) => self.members[from].accused.push(equivocation),
        }
    }

    /// The block that everyone present decided on, with the view of the certificate.
    pub(crate) fn decision(&self) -> Option<(Digest, View)> {
        let present = (0..self.members.len()).filter(|index| !self.absent.contains(index));
        let of = |index: usize| self.members[index].decided.as_ref().map(|one| (one.vote.block, one.vote.view));
        let all: Option<Vec<_>> = present.map(of).collect();
        let mut all = all?.into_iter();
        let (block, view) = all.next()?;
        all.all(|(other, _)| other == block).then_some((block, view))
    }
}

/// The view in which a block of this fixture was built.
fn born(block: Digest) -> View {
    View(u64::from(block.0[0]) - 1)
}
