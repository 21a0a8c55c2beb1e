//! What a transaction does to the beacon. Invariant: an operation that is rejected changes nothing that time alone
//! would not change.

mod acknowledge_sync;
mod confirm_shard;
mod leave;
mod register;
mod return_to_duty;

use crate::{rejection::Rejection, servi::SERVI_PER_REVEAL, state::BeaconState};
use chain_types::{
    Height, PublicKey, TenantId, TimestampMs,
    beacon::{Command, Event, Reveal, SignedDeal},
};

/// The transaction that an operation comes in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// The key that signed it.
    pub signer: PublicKey,
    /// The tenant it acts for: the operator of what it registers, and who is rewarded for what it reports.
    pub tenant: TenantId,
    /// The block that it is in.
    pub when: When,
}

/// A block as far as the rules ask: what is due depends on both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct When {
    /// Its height.
    pub height: Height,
    /// Its time.
    pub time: TimestampMs,
}

impl BeaconState {
    /// Applies an operation.
    ///
    /// # Errors
    /// [`Rejection`] says why it changes nothing.
    pub fn apply(&mut self, command: &Command, context: &Context) -> Result<Event, Rejection> {
        self.settle_deals(context.when.height);
        match command {
            Command::Register(registration) => register::apply(self, registration, context),
            Command::AcknowledgeSync { epoch } => acknowledge_sync::apply(self, *epoch, context.signer),
            Command::Leave => leave::apply(self, context.signer),
            Command::Return => return_to_duty::apply(self, context.signer),
            Command::Deal(signed) => self.take_deal(signed),
            Command::Reveal(reveal) => self.take_reveal(reveal),
            Command::ReportEvidence(evidence) => self.report(evidence, context.signer, context.tenant),
            Command::Attend(block) => self.attend(block),
            Command::ConfirmShard(proof) => self.confirm_shard(proof),
            Command::EndEpoch { epoch } => self.end_epoch(*epoch, context.when),
            Command::Pulse => Ok(Event::Pulsed { height: context.when.height }),
            Command::ScheduleVersion { version, from } => self.schedule_version(*version, *from),
            Command::EnterEpoch(_) => Err(Rejection::OwnEpoch),
            Command::Withdraw { amount } => {
                self.treasury.withdraw(context.tenant, *amount)?;
                Ok(Event::Withdrawn { tenant: context.tenant, amount: *amount })
            }
        }
    }

    fn take_deal(&mut self, signed: &SignedDeal) -> Result<Event, Rejection> {
        self.round.take_deal(self.chain_id, &self.committee, signed)?;
        Ok(Event::DealAccepted { epoch: signed.deal.epoch, dealer: signed.deal.dealer })
    }

    fn take_reveal(&mut self, reveal: &Reveal) -> Result<Event, Rejection> {
        self.round.take_reveal(self.chain_id, &self.committee, reveal)?;
        let member = self.committee.member(reveal.holder).ok_or(Rejection::NotMember)?;
        self.credit(member.id, |servi| servi.earn(SERVI_PER_REVEAL));
        Ok(Event::SharesRevealed { epoch: reveal.epoch, holder: reveal.holder })
    }
}
