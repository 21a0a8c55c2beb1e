//! What a transaction does to the beacon. Invariant: an operation that is rejected changes nothing that time alone would
//! not change.

mod acknowledge_sync;
mod leave;
mod register;
mod return_to_duty;

use crate::{rejection::Error, servi::SERVI_PER_REVEAL, state::BeaconState};
use chain_types::{
    Height, PublicKey, TenantId,
    beacon::{Event, Operation, Reveal, SignedDeal},
};

/// The transaction that an operation comes in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// The key that signed it.
    pub signer: PublicKey,
    /// The tenant it acts for: the operator of what it registers, and who is rewarded for what it reports.
    pub tenant: TenantId,
    /// The height of the block that it is in.
    pub height: Height,
}

impl BeaconState {
    /// Applies an operation.
    ///
    /// # Errors
    /// [`Error`] says why it changes nothing.
    pub fn apply(&mut self, operation: &Operation, context: &Context) -> Result<Event, Error> {
        let before = Height(context.height.0.saturating_sub(1));
        self.round.settle(before, &self.committee);
        match operation {
            Operation::Register(registration) => register::apply(self, registration, context),
            Operation::AcknowledgeSync { epoch } => acknowledge_sync::apply(self, *epoch, context.signer),
            Operation::Leave => leave::apply(self, context.signer),
            Operation::Return => return_to_duty::apply(self, context.signer),
            Operation::Deal(signed) => self.take_deal(signed),
            Operation::Reveal(reveal) => self.take_reveal(reveal),
            Operation::ReportEvidence(evidence) => self.report(evidence, context.signer, context.tenant),
            Operation::Attend(block) => self.attend(block),
            Operation::EndEpoch { epoch } => self.end_epoch(*epoch, context.height),
            Operation::Pulse => Ok(Event::Pulsed { height: context.height }),
            Operation::EnterEpoch(_) => Err(Error::OwnEpoch),
            Operation::Withdraw { amount } => {
                self.treasury.withdraw(context.tenant, *amount)?;
                Ok(Event::Withdrawn { tenant: context.tenant, amount: *amount })
            }
        }
    }

    fn take_deal(&mut self, signed: &SignedDeal) -> Result<Event, Error> {
        self.round.take_deal(self.chain_id, &self.committee, signed)?;
        Ok(Event::DealAccepted { epoch: signed.deal.epoch, dealer: signed.deal.dealer })
    }

    fn take_reveal(&mut self, reveal: &Reveal) -> Result<Event, Error> {
        self.round.take_reveal(self.chain_id, &self.committee, reveal)?;
        let member = self.committee.member(reveal.holder).ok_or(Error::NotMember)?;
        self.credit(member.id, |servi| servi.earn(SERVI_PER_REVEAL));
        Ok(Event::SharesRevealed { epoch: reveal.epoch, holder: reveal.holder })
    }
}
