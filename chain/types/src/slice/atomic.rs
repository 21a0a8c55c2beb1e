//! Words of the atomic slice: what crosses shards. Invariants: every message, lock and decision binds the chain, the
//! epoch, the transaction that began it, the attempt, both shards, its place in line and its deadline [P21]; and every
//! fact that a proof carries is stable, so an old proof of it never becomes a lie.

mod bundle;
mod command;
mod key;
mod message;

pub use bundle::{Bundle, BundleId, BundlePhase, BundleRecord, Decision, Leg, Lock, LockPhase, Opening};
pub use command::{AcknowledgeOutbox, Command, Deliver, ForgetLeg, LegAnswer, ReportLeg, Send, SettleLeg};
pub use key::{BundleKey, InboxCursorKey, Key, LockKey, OutboxHeadKey, OutboxKey};
pub use message::{Message, OutboxHead, Payload};

use crate::{
    block::BlockHeader,
    certificate::Certificate,
    id::{ChainId, Epoch, ShardId, TimestampMs},
    state::StateProof,
    transaction::TxId,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The shard that keeps the beacon: who decides, and in which epoch.
pub const BEACON_SHARD: ShardId = ShardId(0);

/// The deadline of what never expires.
pub const NO_DEADLINE: TimestampMs = TimestampMs(u64::MAX);

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
    /// The source's block time from which on no new step may begin; [`NO_DEADLINE`] for messages.
    pub deadline: TimestampMs,
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
