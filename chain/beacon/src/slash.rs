//! Convicts validators by evidence: slashes the bond, jails the validator and resets its servi (score for service)
//! [P16, convictions]. Invariant: an offence is punished once per validator and epoch. The bond's loss equals reward,
//! fund share and burned amount together.

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
    pub validator: ValidatorId,
    /// The epoch in which the offence was committed.
    pub epoch: Epoch,
    pub offence: Offence,
}

/// `permille` of an amount, rounded down; the whole amount for 1,000 and more.
fn part(amount: u64, permille: u16) -> u64 {
    let share = u128::from(amount).checked_mul(u128::from(permille.min(PERMILLE)));
    let share = share.and_then(|share| share.checked_div(u128::from(PERMILLE)));
    share
        .and_then(|share| u64::try_from(share).ok())
        .expect("a part does not exceed the whole, and the divisor is not zero")
}

/// An amount minus one of its parts.
fn rest(amount: u64, part: u64) -> u64 {
    amount.checked_sub(part).expect("a part does not exceed the whole")
}

/// The slashed share of the bond, in permille.
const fn rate(shares: &SlashShares, offence: Offence) -> u16 {
    match offence {
        Offence::Equivocation | Offence::ForeignVote => shares.equivocation,
        Offence::BrokenPromise => shares.broken_promise,
        Offence::BadDeal => shares.bad_deal,
    }
}

impl BeaconState {
    /// Convicts by evidence. A reporter with the offender's operator gets no reward; its share goes to the fund.
    pub(crate) fn report(
        &mut self,
        evidence: &Evidence,
        reporter: PublicKey,
        tenant: TenantId,
    ) -> Result<Event, Rejection> {
        // The accused is read before the evidence is verified, so that a second report of one offence is cheap to
        // reject.
        let conviction = self.accusation(evidence)?;
        // A deliberately broken variant; the simulator must detect it.
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

    /// Whether evidence can no longer convict anybody: it proves nothing, its validator is not bonded, or was convicted
    /// of this already.
    pub fn is_settled(&self, evidence: &Evidence) -> bool {
        let conviction = self.accusation(evidence);
        conviction.map_or(true, |conviction| self.convictions.contains(&conviction)) || !self.is_proved(evidence)
    }

    /// The bonded validator and the offence that evidence is about, whether or not it proves it. A removed validator
    /// cannot be punished.
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

    /// Slashes the bond, splits it into reward, fund share and burned units, and jails the offender.
    fn punish(&mut self, conviction: Conviction, tenant: TenantId) -> Result<Event, Rejection> {
        let shares = self.parameters.slash;
        let offender = self.registry.get_mut(conviction.validator).ok_or(Rejection::EvidenceAge)?;
        let slashed = part(offender.bond, rate(&shares, conviction.offence));
        let is_own_operator = offender.operator == tenant;
        offender.bond = rest(offender.bond, slashed);
        offender.servi = Servi::ZERO;
        offender.standing = Standing::Jailed;

        let reward = part(slashed, shares.reporter);
        let fund_share = part(slashed, shares.fund).min(rest(slashed, reward));
        let burned = rest(rest(slashed, reward), fund_share);
        // `compensated` goes to the fund, which compensates harmed parties. A reporter of the offender's own operator
        // gets nothing, so the fund receives its reward too.
        let (rewarded, compensated) = if is_own_operator { (0, rest(slashed, burned)) } else { (reward, fund_share) };
        self.treasury.owe(tenant, rewarded);
        self.treasury.compensate(compensated);
        if !mutant::is(mutant::BURN_NOTHING) {
            self.treasury.burn(burned);
        }
        let Conviction { validator, offence, .. } = conviction;
        Ok(Event::Convicted { validator, offence, slashed, rewarded, compensated, burned })
    }
}
