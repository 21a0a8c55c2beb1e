//! Executes beacon commands on the beacon state. Invariant: a rejected command changes nothing, except that deals may
//! be settled, as the block's height requires.

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

/// The transaction that a command is part of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// The key that signed the transaction.
    pub signer: PublicKey,
    /// The tenant that the transaction acts for: it operates the validators that it registers and receives rewards for
    /// evidence.
    pub tenant: TenantId,
    /// The block that contains the transaction.
    pub when: When,
}

/// The height and time of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct When {
    pub height: Height,
    pub time: TimestampMs,
}

impl BeaconState {
    /// Applies a command.
    ///
    /// # Errors
    /// The [`Rejection`] gives the reason why the command changes nothing.
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
        // This rejection is unreachable, so it never follows a change: the round above accepts only holders of tickets,
        // and `Round::new` gave the tickets to members of this same committee.
        let member = self.committee.member(reveal.holder).ok_or(Rejection::NotMember)?;
        self.credit(member.id, |servi| servi.earn(SERVI_PER_REVEAL));
        Ok(Event::SharesRevealed { epoch: reveal.epoch, holder: reveal.holder })
    }
}
