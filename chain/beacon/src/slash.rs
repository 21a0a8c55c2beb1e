//! Convictions [P16]. Invariant: one offence is punished once per validator and epoch, and what a bond loses is exactly
//! what the reporter, the fund and the fire get.

use crate::{
    configuration::PERMILLE, evidence, mutant, registry::Standing, rejection::Error, servi::SERVI_PER_EVIDENCE,
    servi::Servi, state::BeaconState,
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

/// `permille` of an amount, rounded down.
fn part(amount: u64, permille: u16) -> u64 {
    let share = u128::from(amount).saturating_mul(u128::from(permille.min(PERMILLE)));
    share.checked_div(u128::from(PERMILLE)).and_then(|share| u64::try_from(share).ok()).unwrap_or(amount)
}

const fn rate(shares: &SlashShares, offence: Offence) -> u16 {
    match offence {
        Offence::Equivocation => shares.equivocation,
        Offence::BrokenReceipt => shares.broken_receipt,
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
    ) -> Result<Event, Error> {
        let epoch = evidence::epoch_of(evidence);
        let (committee, assignment) = self.seats_of(epoch).ok_or(Error::EvidenceAge)?;
        let signers_of = |shard| Self::signers(committee, assignment, shard);
        let index = evidence::convict(self.chain_id, committee, signers_of, evidence).ok_or(Error::EvidenceInvalid)?;
        let validator = committee.member(index).ok_or(Error::EvidenceInvalid)?.id;
        let conviction = Conviction { validator, epoch, offence: evidence.offence() };
        if self.convictions.contains(&conviction) && !mutant::is(mutant::SLASH_TWICE) {
            return Err(Error::Convicted);
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

    /// Whether the validator that evidence is about was convicted of it.
    pub fn is_convicted(&self, evidence: &Evidence) -> bool {
        let epoch = evidence::epoch_of(evidence);
        let Some((committee, assignment)) = self.seats_of(epoch) else { return true };
        let signers_of = |shard| Self::signers(committee, assignment, shard);
        let index = evidence::convict(self.chain_id, committee, signers_of, evidence);
        index.and_then(|index| committee.member(index)).is_none_or(|member| {
            let conviction = Conviction { validator: member.id, epoch, offence: evidence.offence() };
            self.convictions.contains(&conviction)
        })
    }

    fn punish(&mut self, conviction: Conviction, tenant: TenantId) -> Result<Event, Error> {
        let shares = self.parameters.slash;
        let offender = self.registry.get_mut(conviction.validator).ok_or(Error::EvidenceAge)?;
        let slashed = part(offender.bond, rate(&shares, conviction.offence));
        let is_own = offender.operator == tenant;
        offender.bond = offender.bond.saturating_sub(slashed);
        offender.servi = Servi::ZERO;
        offender.standing = Standing::Jailed;

        let reward = part(slashed, shares.reporter);
        let kept = part(slashed, shares.fund).min(slashed.saturating_sub(reward));
        let burned = slashed.saturating_sub(reward).saturating_sub(kept);
        let (rewarded, compensated) = if is_own { (0, kept.saturating_add(reward)) } else { (reward, kept) };
        self.treasury.owe(tenant, rewarded);
        self.treasury.fund = self.treasury.fund.saturating_add(compensated);
        if !mutant::is(mutant::BURN_NOTHING) {
            self.treasury.burned = self.treasury.burned.saturating_add(burned);
        }
        let Conviction { validator, offence, .. } = conviction;
        Ok(Event::Convicted { validator, offence, slashed, rewarded, compensated, burned })
    }
}
