//! Commands for messages between shards and for bundles (atomic transactions with a leg on each shard). Invariant: only
//! `Send`, `LockLeg` and, before the deadline, `RefuseLeg` act for the transaction's tenant. Any tenant may relay a
//! proof.

use super::{Bundle, BundleId, Message, Opening, Proof};
use crate::{
    id::{ShardId, TenantId},
    native::Amount,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// Commands of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Command {
    /// Debits the transaction's tenant and appends a credit to the outbox.
    Send(Send),
    /// Delivers the next message of a source shard.
    Deliver(Deliver),
    /// Proves to a source shard how many of its messages the destination delivered. The source drops these from its
    /// outbox.
    AcknowledgeOutbox(AcknowledgeOutbox),
    /// Opens a bundle on its coordinator, the shard of its first leg.
    OpenBundle {
        /// The transfers to apply atomically.
        bundle: Bundle,
    },
    /// Moves the amount of a leg into escrow, or refuses the leg when that is impossible. Signed by the leg's payer.
    LockLeg(LegAnswer),
    /// Refuses a leg. Signed by the leg's payer, or by any tenant from the deadline on.
    RefuseLeg(LegAnswer),
    /// Reports the state of a leg to the coordinator: the last `Prepared` commits the bundle, a `Refused` aborts it.
    ReportLeg(ReportLeg),
    /// Applies the coordinator's decision to a prepared leg.
    SettleLeg(SettleLeg),
    /// Removes a settled or refused lock, once its deadline is long past ([`crate::limit::LOCK_GRACE_MS`]).
    ForgetLeg(ForgetLeg),
}

impl Command {
    /// The command's stable name, `slice.verb_noun`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Send(_) => "atomic.send",
            Self::Deliver(_) => "atomic.deliver",
            Self::AcknowledgeOutbox(_) => "atomic.acknowledge_outbox",
            Self::OpenBundle { .. } => "atomic.open_bundle",
            Self::LockLeg(_) => "atomic.lock_leg",
            Self::RefuseLeg(_) => "atomic.refuse_leg",
            Self::ReportLeg(_) => "atomic.report_leg",
            Self::SettleLeg(_) => "atomic.settle_leg",
            Self::ForgetLeg(_) => "atomic.forget_leg",
        }
    }
}

/// A payment to a tenant of another shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Send {
    pub to: TenantId,
    /// The receiver's shard.
    pub destination: ShardId,
    /// Not zero.
    pub amount: Amount,
}

/// A message with the proof that its source sent it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Deliver {
    pub message: Message,
    /// The proof that the source's outbox holds the message.
    pub proof: Box<Proof>,
}

/// The proof of the inbox cursor that a destination keeps for this shard.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct AcknowledgeOutbox {
    pub destination: ShardId,
    /// The proof of the cursor's value in the destination's state.
    pub proof: Box<Proof>,
}

/// The answer to a leg, by its payer, or by any tenant from the deadline on.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct LegAnswer {
    /// The opening of the bundle.
    pub opening: Opening,
    /// The leg's index, from 0.
    pub leg: u8,
    /// The proof that the coordinator's state holds the bundle, undecided.
    pub proof: Box<Proof>,
}

/// The state of a leg, to report to the coordinator.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ReportLeg {
    pub bundle: BundleId,
    /// The leg's index, from 0.
    pub leg: u8,
    /// The proof of the lock in the participant's state.
    pub proof: Box<Proof>,
}

/// The decision to apply to a prepared leg.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SettleLeg {
    pub bundle: BundleId,
    /// The leg's index, from 0.
    pub leg: u8,
    /// The proof of the bundle in the coordinator's state.
    pub proof: Box<Proof>,
}

/// The lock to remove.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ForgetLeg {
    pub bundle: BundleId,
    /// The leg's index, from 0.
    pub leg: u8,
}
