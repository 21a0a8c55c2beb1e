//! Commands, events and state of messages and bundles (atomic transactions across shards) [P21, bundles]. Invariant: a
//! message, lock or decision is bound to one [`Binding`]. Every fact that a proof states is permanent, so a proof never
//! becomes false later.

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

/// The beacon's shard. It decides which validators are in charge, and in which epoch.
pub const BEACON_SHARD: ShardId = ShardId(0);

/// The deadline of a value that never expires.
pub const NO_DEADLINE: TimestampMs = TimestampMs(u64::MAX);

/// The context that a value across shards is bound to [P21]. Values of different chains, attempts, directions or
/// sequence numbers have different bindings, so one cannot be used in place of another.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Binding {
    pub chain_id: ChainId,
    /// The epoch in which the first step was executed.
    pub epoch: Epoch,
    /// The transaction of the first step: the send, or the opening of the bundle.
    pub tx_id: TxId,
    /// The number of the attempt, as the opener counts it. 0 for messages.
    pub attempt: u32,
    /// The shard that makes the statement.
    pub source: ShardId,
    /// The shard that the statement is for.
    pub destination: ShardId,
    /// For messages the sequence number per (source, destination), from 1. For locks the leg's index.
    pub sequence: u64,
    /// The block time on the source from which on no new step may begin. [`NO_DEADLINE`] for messages.
    pub deadline: TimestampMs,
}

/// A header and the certificate that makes it final.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CertifiedHeader {
    pub header: BlockHeader,
    pub certificate: Certificate,
}

/// The state of a shard after a certified block, at one key: its value, or its absence.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Proof {
    pub block: CertifiedHeader,
    /// The proof against the header's `state_root`. The key follows from the command that carries the proof.
    pub state: StateProof,
}

/// Events of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A credit was appended to the outbox.
    Sent {
        /// The shard that the credit is sent to.
        destination: ShardId,
        /// The message's sequence number, from 1.
        sequence: u64,
    },
    /// A credit or a return arrived, and its receiver was credited.
    Credited {
        /// The shard that sent the message.
        source: ShardId,
        /// The message's sequence number.
        sequence: u64,
    },
    /// A credit for an unknown tenant arrived and is being returned.
    Bounced {
        /// The shard that sent the credit, and to which it returns.
        source: ShardId,
        /// The credit's sequence number.
        sequence: u64,
        /// The sequence number of the return message.
        returned_as: u64,
    },
    /// Delivered messages were dropped from the outbox.
    OutboxAcknowledged {
        /// The shard that they were sent to.
        destination: ShardId,
        /// The sequence number of the last dropped message.
        sequence: u64,
    },
    /// A bundle was opened.
    BundleOpened { bundle: BundleId },
    /// A leg's amount is in escrow.
    LegPrepared {
        bundle: BundleId,
        /// The leg's index, from 0.
        leg: u8,
    },
    /// A leg was refused and will not be prepared.
    LegRefused {
        bundle: BundleId,
        /// The leg's index, from 0.
        leg: u8,
    },
    /// The coordinator recorded that a leg is prepared, and waits for the others.
    LegReported {
        bundle: BundleId,
        /// The leg's index, from 0.
        leg: u8,
    },
    /// The coordinator decided a bundle.
    BundleDecided { bundle: BundleId, decision: Decision },
    /// A leg's escrow was paid out as the decision requires.
    LegSettled {
        bundle: BundleId,
        /// The leg's index, from 0.
        leg: u8,
        decision: Decision,
    },
    /// A lock was removed from the state.
    LegForgotten {
        bundle: BundleId,
        /// The leg's index, from 0.
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
