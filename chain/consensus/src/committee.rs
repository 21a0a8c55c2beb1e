//! The validators of one shard in one epoch, with weights and leaders [P10, consensus]. Invariant: a quorum has more
//! than two thirds of the weight. Two quorums therefore share an honest validator while less than a third of the weight
//! is faulty.

use chain_types::{
    Certificate, ChainId, Digest, Epoch, Height, PublicKey, ShardId, View, Vote, beacon::HandOver, certificate::Step,
    mutant, validator::ValidatorSet,
};

/// The validators of one shard in one epoch, as seen by one of them or by a follower.
#[derive(Clone, Debug)]
pub struct Committee {
    pub chain_id: ChainId,
    pub shard: ShardId,
    /// The validators with their weights.
    pub validators: ValidatorSet,
    /// The leaders: indices into the set, in the order of their turns, at least one [P15, the league].
    pub league: Vec<u16>,
    /// The index of this validator; `None` for a follower.
    pub me: Option<u16>,
}

impl Committee {
    /// The committee that a hand-over seats on a shard, as the holder of a key sees it.
    pub fn of(chain_id: ChainId, hand_over: &HandOver, shard: ShardId, key: &PublicKey) -> Self {
        let validators = hand_over.validators(shard).clone();
        let mut committee = Self { chain_id, shard, validators, league: hand_over.leaders(shard), me: None };
        committee.me = committee.index_of(key);
        committee
    }

    /// The index of the validator with this key.
    pub fn index_of(&self, key: &PublicKey) -> Option<u16> {
        (0_u16..).zip(&self.validators.validators).find(|(_, one)| one.key == *key).map(|(index, _)| index)
    }

    pub const fn epoch(&self) -> Epoch {
        self.validators.epoch
    }

    /// The leader of a view of a height.
    pub fn leader(&self, height: Height, view: View) -> u16 {
        let turns = u64::try_from(self.league.len()).unwrap_or(u64::MAX).max(1);
        let turn = height.0.wrapping_add(view.0).checked_rem(turns).unwrap_or(0);
        usize::try_from(turn).ok().and_then(|turn| self.league.get(turn)).copied().unwrap_or(0)
    }

    /// The weight of one validator; zero for an index that is not in the set.
    pub fn weight(&self, index: u16) -> u128 {
        self.validators.validators.get(usize::from(index)).map_or(0, |validator| u128::from(validator.weight))
    }

    /// Whether this weight is a quorum.
    pub fn is_quorum(&self, weight: u128) -> bool {
        // A deliberately broken variant; the simulator must detect it.
        if mutant::is(mutant::QUORUM_OF_HALF) {
            return weight.saturating_mul(2) >= self.validators.weight();
        }
        self.validators.is_quorum(weight)
    }

    /// Whether validators of this weight include an honest one, as long as less than a third of all weight is faulty.
    pub fn has_honest(&self, weight: u128) -> bool {
        weight.saturating_mul(3) >= self.validators.weight()
    }

    /// Whether this validator is the only one.
    pub fn is_sole(&self) -> bool {
        self.me.is_some() && self.validators.validators.len() == 1
    }

    /// A vote of this committee.
    pub fn vote(&self, height: Height, view: View, step: Step, block: Digest) -> Vote {
        Vote { chain_id: self.chain_id, shard: self.shard, epoch: self.epoch(), height, view, step, block }
    }

    /// Whether a vote is for this committee and height, at any view and step.
    pub fn is_about(&self, vote: &Vote, height: Height) -> bool {
        let epoch_fits = vote.epoch == self.epoch() || mutant::is(mutant::ACCEPT_STALE_EPOCH);
        vote.chain_id == self.chain_id && vote.shard == self.shard && epoch_fits && vote.height == height
    }

    /// Whether a certificate is valid for this committee and height. Removes invalid signatures from a valid
    /// certificate, so that it is stored and sent with true signers only.
    pub fn certifies(&self, certificate: &mut Certificate, height: Height) -> bool {
        self.is_about(&certificate.vote, height)
            && certificate.vote.step != Step::Propose
            && (certificate.keep_valid(&self.validators).is_ok() || mutant::is(mutant::TRUST_CERTIFICATES))
    }
}
