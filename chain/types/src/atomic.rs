//! Words of the atomic slice: what crosses shards. Invariants: every message, lock and decision binds the chain, the
//! epoch, the transaction that began it, the attempt, both shards, its place in line and its deadline [P21]; and every
//! fact that a proof carries is stable, so an old proof of it never becomes a lie.

mod bundle;
mod message;

pub use bundle::{Bundle, BundleId, BundlePhase, BundleRecord, Decision, Leg, Lock, LockPhase, Opening};
pub use message::{Message, OutboxHead, Payload};

use crate::{
    block::BlockHeader,
    certificate::Certificate,
    id::{ChainId, Epoch, Height, ShardId, TenantId},
    native::Amount,
    state::StateProof,
    transaction::TxId,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The shard whose heights are the chain's clock: a deadline is one of its heights [P21].
pub const BEACON_SHARD: ShardId = ShardId(0);

/// The deadline of what never expires.
pub const NO_DEADLINE: Height = Height(u64::MAX);

/// What a value that crosses shards is bound to [P21]. Two values of two attempts, chains, directions or places in line
/// differ in it, so none passes for the other.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Binding {
    /// The chain.
    pub chain_id: ChainId,
    /// The epoch that the first step was executed in.
    pub epoch: Epoch,
    /// The transaction of the first step: the send, or the opening of the bundle.
    pub tx_id: TxId,
    /// Which attempt at the same end this is, as its opener counts; 0 for messages.
    pub attempt: u32,
    /// The shard that says it.
    pub source: ShardId,
    /// The shard that it is for.
    pub destination: ShardId,
    /// Its place: from 1 per (source, destination) for messages, the leg's index for locks.
    pub sequence: u64,
    /// The height of [`BEACON_SHARD`] from which on no new step may begin; [`NO_DEADLINE`] for messages.
    pub deadline: Height,
}

/// A header that its validators certified as final.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CertifiedHeader {
    /// The header.
    pub header: BlockHeader,
    /// The certificate under it.
    pub certificate: Certificate,
}

/// What a shard's state held after a certified block: one key's value, or its absence.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Proof {
    /// The block.
    pub block: CertifiedHeader,
    /// The proof under the header's `state_root`; which key it is about follows from the step that uses it.
    pub state: StateProof,
}

/// Commands of the slice. Whoever relays a proof may be any tenant: only `Send`, `LockLeg` and `RefuseLeg` act for the
/// transaction's tenant.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Operation {
    /// Debits the transaction's tenant and appends a credit to the outbox.
    Send {
        /// Who receives.
        to: TenantId,
        /// Where.
        destination: ShardId,
        /// How much; not zero.
        amount: Amount,
    },
    /// Takes the next message of a source shard in.
    Deliver {
        /// The message.
        message: Message,
        /// That the source's outbox holds it.
        proof: Box<Proof>,
    },
    /// Tells a source shard how many of its messages the destination took in; it drops those from its outbox.
    AcknowledgeOutbox {
        /// The destination.
        destination: ShardId,
        /// What the destination's state holds at its inbox cursor of this shard.
        proof: Box<Proof>,
    },
    /// Records on the beacon clock of this shard that the beacon shard reached a height.
    ObserveBeacon {
        /// A certified header of [`BEACON_SHARD`].
        block: Box<CertifiedHeader>,
    },
    /// Opens a bundle on its coordinator, the shard of its first leg.
    OpenBundle {
        /// What is to happen as one.
        bundle: Bundle,
    },
    /// Escrows the amount of a leg, or refuses at once when it cannot. Signed by the leg's debtor.
    LockLeg {
        /// The opened bundle.
        opening: Opening,
        /// Which leg, from 0.
        leg: u8,
        /// That the coordinator's state holds the bundle, undecided.
        proof: Box<Proof>,
    },
    /// Says no to a leg. Signed by the leg's debtor.
    RefuseLeg {
        /// The opened bundle.
        opening: Opening,
        /// Which leg, from 0.
        leg: u8,
        /// That the coordinator's state holds the bundle, undecided.
        proof: Box<Proof>,
    },
    /// Tells the coordinator what became of a leg: the last `Prepared` commits, a `Refused` aborts.
    ReportLeg {
        /// Which bundle.
        bundle: BundleId,
        /// Which leg, from 0.
        leg: u8,
        /// What the participant's state holds at the leg's lock.
        proof: Box<Proof>,
    },
    /// Shows the coordinator that a leg was not locked in time, which aborts.
    ExpireLeg {
        /// Which bundle.
        bundle: BundleId,
        /// Which leg, from 0.
        leg: u8,
        /// That the participant's state holds no lock of the leg.
        absence: Box<Proof>,
        /// Under the same header: the participant's beacon clock, which is not before the deadline.
        clock: StateProof,
    },
    /// Applies the coordinator's decision to a prepared leg.
    SettleLeg {
        /// Which bundle.
        bundle: BundleId,
        /// Which leg, from 0.
        leg: u8,
        /// What the coordinator's state holds of the bundle.
        proof: Box<Proof>,
    },
    /// Removes a settled or refused lock whose deadline is long past.
    ForgetLeg {
        /// Which bundle.
        bundle: BundleId,
        /// Which leg, from 0.
        leg: u8,
    },
}

/// Events of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A credit is on its way.
    Sent {
        /// To which shard.
        destination: ShardId,
        /// Its number on that way, from 1.
        sequence: u64,
    },
    /// A credit or a return arrived and its receiver holds it.
    Credited {
        /// From which shard.
        source: ShardId,
        /// Its number on that way.
        sequence: u64,
    },
    /// A credit arrived for nobody and is on its way back.
    Bounced {
        /// From which shard it came, and to which it returns.
        source: ShardId,
        /// Its number on the way here.
        sequence: u64,
        /// The return's number on the way back.
        returned_as: u64,
    },
    /// Messages that were taken in left the outbox.
    OutboxAcknowledged {
        /// To which shard they went.
        destination: ShardId,
        /// Up to which number.
        sequence: u64,
    },
    /// The beacon clock of this shard moved on.
    BeaconObserved {
        /// To this height.
        height: Height,
    },
    /// A bundle is open.
    BundleOpened {
        /// Which.
        bundle: BundleId,
    },
    /// A leg's amount is in escrow.
    LegPrepared {
        /// Of which bundle.
        bundle: BundleId,
        /// Which leg.
        leg: u8,
    },
    /// A leg will not be prepared.
    LegRefused {
        /// Of which bundle.
        bundle: BundleId,
        /// Which leg.
        leg: u8,
    },
    /// The coordinator knows that a leg is prepared, and waits for others.
    LegReported {
        /// Of which bundle.
        bundle: BundleId,
        /// Which leg.
        leg: u8,
    },
    /// The coordinator decided.
    BundleDecided {
        /// Which bundle.
        bundle: BundleId,
        /// What.
        decision: Decision,
    },
    /// A leg's escrow went where the decision sends it.
    LegSettled {
        /// Of which bundle.
        bundle: BundleId,
        /// Which leg.
        leg: u8,
        /// The decision.
        decision: Decision,
    },
    /// A lock's trace is gone.
    LegForgotten {
        /// Of which bundle.
        bundle: BundleId,
        /// Which leg.
        leg: u8,
    },
}

impl Event {
    /// The event's stable name, `slice.past_tense`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "atomic.sent",
            Self::Credited { .. } => "atomic.credited",
            Self::Bounced { .. } => "atomic.bounced",
            Self::OutboxAcknowledged { .. } => "atomic.outbox_acknowledged",
            Self::BeaconObserved { .. } => "atomic.beacon_observed",
            Self::BundleOpened { .. } => "atomic.bundle_opened",
            Self::LegPrepared { .. } => "atomic.leg_prepared",
            Self::LegRefused { .. } => "atomic.leg_refused",
            Self::LegReported { .. } => "atomic.leg_reported",
            Self::BundleDecided { .. } => "atomic.bundle_decided",
            Self::LegSettled { .. } => "atomic.leg_settled",
            Self::LegForgotten { .. } => "atomic.leg_forgotten",
        }
    }
}
