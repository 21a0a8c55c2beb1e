//! Commands of the atomic slice. Invariant: only `Send`, `LockLeg` and, before the deadline, `RefuseLeg` act for the
//! transaction's tenant; any tenant may relay a proof.

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
    /// Takes the next message of a source shard in.
    Deliver(Deliver),
    /// Tells a source shard how many of its messages the destination took in; it drops those from its outbox.
    AcknowledgeOutbox(AcknowledgeOutbox),
    /// Opens a bundle on its coordinator, the shard of its first leg.
    OpenBundle {
        /// The transfers that happen as one.
        bundle: Bundle,
    },
    /// Escrows the amount of a leg, or refuses at once when it cannot. Signed by the leg's debtor.
    LockLeg(LegAnswer),
    /// Says no to a leg. Signed by the leg's debtor, or by anyone from the deadline on.
    RefuseLeg(LegAnswer),
    /// Tells the coordinator what became of a leg: the last `Prepared` commits, a `Refused` aborts.
    ReportLeg(ReportLeg),
    /// Applies the coordinator's decision to a prepared leg.
    SettleLeg(SettleLeg),
    /// Removes a settled or refused lock whose deadline is long past.
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
    /// The receiver.
    pub to: TenantId,
    /// The receiver's shard.
    pub destination: ShardId,
    /// The amount; not zero.
    pub amount: Amount,
}

/// A message with the proof that its source sent it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Deliver {
    /// The message.
    pub message: Message,
    /// That the source's outbox holds it.
    pub proof: Box<Proof>,
}

/// A destination's inbox cursor of this shard.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct AcknowledgeOutbox {
    /// The destination.
    pub destination: ShardId,
    /// The value of the cursor in the destination's state.
    pub proof: Box<Proof>,
}

/// What the debtor of a leg answers, or anyone in its place from the deadline on.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct LegAnswer {
    /// The opened bundle.
    pub opening: Opening,
    /// The leg's index, from 0.
    pub leg: u8,
    /// That the coordinator's state holds the bundle, undecided.
    pub proof: Box<Proof>,
}

/// What became of a leg.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ReportLeg {
    /// The bundle.
    pub bundle: BundleId,
    /// The leg's index, from 0.
    pub leg: u8,
    /// The lock in the participant's state.
    pub proof: Box<Proof>,
}

/// A decision to apply to a prepared leg.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SettleLeg {
    /// The bundle.
    pub bundle: BundleId,
    /// The leg's index, from 0.
    pub leg: u8,
    /// The bundle in the coordinator's state.
    pub proof: Box<Proof>,
}

/// A lock to remove.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ForgetLeg {
    /// The bundle.
    pub bundle: BundleId,
    /// The leg's index, from 0.
    pub leg: u8,
}
