//! One epoch's randomness round: dealing, revealing, done [P17, randomness]. Invariant: phases only move forward.
//! Shares are accepted only after the set of deals is fixed, and deals only before.

use super::{
    ceremony::Ceremony,
    reveal::{Aggregate, Share, reconstruct, verify_reveal},
    ticket::Tickets,
};
use crate::{committee::Committee, mutant, rejection::Rejection};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    ChainId, Digest, Epoch, Height,
    beacon::{Reveal, SignedDeal},
    digest::{Tag, hash},
};

/// The phase of a round.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Phase {
    /// Deals are accepted. The set is fixed after the first block at or above `until` at which dealers hold more than
    /// two thirds of the weight.
    Dealing { until: Height },
    /// The set of deals is fixed; shares are accepted.
    Revealing,
    /// The random number is drawn. Reveals are accepted until the epoch ends, so that holders that withhold are
    /// visible.
    Done { output: Digest },
}

/// One epoch's round, as the state keeps it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Round {
    epoch: Epoch,
    phase: Phase,
    tickets: Tickets,
    aggregate: Aggregate,
    shares: Vec<Share>,
    revealed: Vec<u16>,
}

impl Round {
    /// A round among the committee that accepts deals at least until `until`.
    pub fn new(committee: &Committee, until: Height) -> Self {
        let tickets = committee.tickets();
        Self {
            epoch: committee.epoch,
            phase: Phase::Dealing { until },
            aggregate: Aggregate::empty(tickets.len()),
            tickets,
            shares: Vec::new(),
            revealed: Vec::new(),
        }
    }

    /// The epoch whose committee draws.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub const fn phase(&self) -> &Phase {
        &self.phase
    }

    /// The sum of the deals so far.
    pub const fn aggregate(&self) -> &Aggregate {
        &self.aggregate
    }

    /// The holders that revealed, in order of arrival.
    pub fn revealed(&self) -> &[u16] {
        &self.revealed
    }

    /// The holders of tickets that have not revealed.
    pub fn withheld(&self) -> Vec<u16> {
        let mut holders = self.tickets.holders().to_vec();
        holders.dedup();
        holders.retain(|holder| !self.revealed.contains(holder));
        holders
    }

    /// The random number, once drawn.
    pub const fn output(&self) -> Option<Digest> {
        match self.phase {
            Phase::Done { output } => Some(output),
            Phase::Dealing { .. } | Phase::Revealing => None,
        }
    }

    /// Accepts a deal or rejects it.
    pub(crate) fn take_deal(
        &mut self,
        chain_id: ChainId,
        committee: &Committee,
        signed: &SignedDeal,
    ) -> Result<(), Rejection> {
        let deal = &signed.deal;
        if deal.chain_id != chain_id {
            return Err(Rejection::WrongChain);
        }
        if deal.epoch != self.epoch {
            return Err(Rejection::StaleEpoch);
        }
        // A deliberately broken variant; the simulator must detect it.
        if !matches!(self.phase, Phase::Dealing { .. }) && !mutant::is(mutant::DEAL_LATE) {
            return Err(Rejection::Phase);
        }
        let member = committee.member(deal.dealer).ok_or(Rejection::NotMember)?;
        if self.aggregate.deals().iter().any(|(dealer, _)| *dealer == deal.dealer) {
            return Err(Rejection::Duplicate);
        }
        if !signed.is_signed_by(member.key) {
            return Err(Rejection::DealUnsigned);
        }
        let ceremony = committee.ceremony(chain_id).ok_or(Rejection::DealInvalid)?;
        if self.aggregate.add(&ceremony, deal) { Ok(()) } else { Err(Rejection::DealInvalid) }
    }

    /// Accepts a holder's shares or rejects them. Draws the random number once the shares reach the threshold.
    pub(crate) fn take_reveal(
        &mut self,
        chain_id: ChainId,
        committee: &Committee,
        reveal: &Reveal,
    ) -> Result<(), Rejection> {
        if reveal.epoch != self.epoch {
            return Err(Rejection::StaleEpoch);
        }
        if matches!(self.phase, Phase::Dealing { .. }) {
            return Err(Rejection::Phase);
        }
        if self.tickets.of_holder(reveal.holder).is_empty() {
            return Err(Rejection::NotMember);
        }
        if self.revealed.contains(&reveal.holder) {
            return Err(Rejection::Duplicate);
        }
        if self.tickets.of_holder(reveal.holder).len() != reveal.shares.len() {
            return Err(Rejection::ShareInvalid);
        }
        let ceremony = committee.ceremony(chain_id).ok_or(Rejection::ShareInvalid)?;
        let shares = verify_reveal(&ceremony, &self.aggregate, reveal).ok_or(Rejection::ShareInvalid)?;
        self.revealed.push(reveal.holder);
        if self.phase == Phase::Revealing {
            self.shares.extend(shares);
            self.draw(&ceremony);
        }
        Ok(())
    }

    /// Draws the random number if the shares suffice.
    fn draw(&mut self, ceremony: &Ceremony) {
        let too_few = usize::from(mutant::is(mutant::DRAW_EARLY));
        if let Some(sum) = reconstruct(&self.shares, self.tickets.threshold().saturating_sub(too_few)) {
            let is_bound = !mutant::is(mutant::FORGET_DEALS);
            let transcript = if is_bound { self.aggregate.transcript(ceremony) } else { Digest::ZERO };
            self.phase = Phase::Done { output: hash(Tag::RANDOMNESS, &[b"output", &sum, &transcript.0]) };
            self.shares.clear();
        }
    }

    /// Fixes the set of deals after the block at `height`, if it is due and enough weight has dealt. Returns whether it
    /// did.
    pub(crate) fn settle(&mut self, height: Height, committee: &Committee) -> bool {
        let Phase::Dealing { until } = self.phase else { return false };
        let weights = self.aggregate.deals().iter().filter_map(|(dealer, _)| committee.member(*dealer));
        let dealt = weights.fold(0_u128, |sum, member| sum.saturating_add(u128::from(member.weight)));
        let is_time = height >= until && committee.validator_set().is_quorum(dealt);
        if is_time {
            self.phase = Phase::Revealing;
        }
        is_time
    }
}
