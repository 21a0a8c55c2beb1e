//! Convictions [P16]. Invariant: one offence is punished once per validator and epoch, and what a bond loses is exactly
//! what the reporter, the fund and the fire get.

use crate::{
    configuration::PERMILLE,
    evidence, mutant,
    registry::Standing,
    rejection::Rejection,
    servi::{SERVI_PER_EVIDENCE, Servi},
    state::BeaconState,
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Epoch, PublicKey, TenantId,
    beacon::{Event, Evidence, Offence, SlashShares, ValidatorId},
};

/// A conviction, kept as long as its offence can be reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Conviction {
    /// Who.
    pub validator: ValidatorId,
    /// In which epoch the offence was committed.
    pub epoch: Epoch,
    /// Which offence.
    pub offence: Offence,
}

/// `permille` of an amount, rounded down; all of it when there are more than 1,000.
fn part(amount: u64, permille: u16) -> u64 {
    let share = u128::from(amount).checked_mul(u128::from(permille.min(PERMILLE)));
    let share = share.and_then(|share| share.checked_div(u128::from(PERMILLE)));
    share.and_then(|share| u64::try_from(share).ok()).expect("a part is at most the whole, and 1,000 is not zero")
}

/// What is left of an amount without one of its parts.
fn rest(amount: u64, part: u64) -> u64 {
    amount.checked_sub(part).expect("a part is at most the whole")
}

const fn rate(shares: &SlashShares, offence: Offence) -> u16 {
    match offence {
        Offence::Equivocation | Offence::ForeignVote => shares.equivocation,
        Offence::BrokenPromise => shares.broken_promise,
        Offence::BadDeal => shares.bad_deal,
    }
}

impl BeaconState {
    /// Convicts by evidence. A reporter of the offender's own operator gets nothing: its share goes to the fund.
    pub(crate) fn report(
        &mut self,
        evidence: &Evidence,
        reporter: PublicKey,
        tenant: TenantId,
    ) -> Result<Event, Rejection> {
        // Whom the evidence accuses is read before it is checked: a second report of one offence costs next to nothing.
        let conviction = self.accusation(evidence)?;
        if self.convictions.contains(&conviction) && !mutant::is(mutant::SLASH_TWICE) {
            return Err(Rejection::Convicted);
        }
        if !self.is_proved(evidence) {
            return Err(Rejection::EvidenceInvalid);
        }
        let event = self.punish(conviction, tenant)?;
        self.convictions.push(conviction);
        if let Some(reporter) = self.registry.by_key_mut(reporter)
            && reporter.standing != Standing::Jailed
        {
            reporter.servi = reporter.servi.earn(SERVI_PER_EVIDENCE);
        }
        Ok(event)
    }

    /// Whether evidence can convict nobody any more: it proves nothing of a bonded validator, or that was convicted of
    /// it.
    pub fn is_settled(&self, evidence: &Evidence) -> bool {
        let conviction = self.accusation(evidence);
        conviction.map_or(true, |conviction| self.convictions.contains(&conviction)) || !self.is_proved(evidence)
    }

    /// What the evidence accuses a bonded validator of, whether or not it proves it. Who is gone cannot be punished.
    fn accusation(&self, evidence: &Evidence) -> Result<Conviction, Rejection> {
        let epoch = evidence::epoch_of(evidence);
        let (committee, assignment) = self.seats_of(epoch).ok_or(Rejection::EvidenceAge)?;
        let key = evidence::accused(committee, |shard| Self::signers(committee, assignment, shard), evidence);
        let key = key.ok_or(Rejection::EvidenceInvalid)?;
        let validator = self.registry.by_key(key).ok_or(Rejection::EvidenceAge)?.id;
        Ok(Conviction { validator, epoch, offence: evidence.offence() })
    }

    fn is_proved(&self, evidence: &Evidence) -> bool {
        self.seats_of(evidence::epoch_of(evidence)).is_some_and(|(committee, assignment)| {
            let signers_of = |shard| Self::signers(committee, assignment, shard);
            evidence::convict(self.chain_id, committee, signers_of, evidence).is_some()
        })
    }

    fn punish(&mut self, conviction: Conviction, tenant: TenantId) -> Result<Event, Rejection> {
        let shares = self.parameters.slash;
        let offender = self.registry.get_mut(conviction.validator).ok_or(Rejection::EvidenceAge)?;
        let slashed = part(offender.bond, rate(&shares, conviction.offence));
        let is_own = offender.operator == tenant;
        offender.bond = rest(offender.bond, slashed);
        offender.servi = Servi::ZERO;
        offender.standing = Standing::Jailed;

        let reward = part(slashed, shares.reporter);
        let kept = part(slashed, shares.fund).min(rest(slashed, reward));
        let burned = rest(rest(slashed, reward), kept);
        let (rewarded, compensated) = if is_own { (0, rest(slashed, burned)) } else { (reward, kept) };
        self.treasury.owe(tenant, rewarded);
        self.treasury.compensate(compensated);
        if !mutant::is(mutant::BURN_NOTHING) {
            self.treasury.burn(burned);
        }
        let Conviction { validator, offence, .. } = conviction;
        Ok(Event::Convicted { validator, offence, slashed, rewarded, compensated, burned })
    }
}
