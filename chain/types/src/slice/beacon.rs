//! Commands, events and state of the beacon slice: validators, epochs, randomness and evidence [P14 to P19, committee].
//! Invariant: evidence convicts a validator only with that validator's own signature.

mod evidence;
mod hand_over;
mod key;
mod parameter;
mod promise;
mod randomness;

pub use evidence::{BrokenPromise, Evidence, ForeignVote, Offence};
pub use hand_over::{HandOver, HandOverProof};
pub use key::{HandOverKey, Key};
pub use parameter::{AssignmentMode, Parameters, SlashShares};
pub use promise::{Promise, PromiseBatch, PromiseProof, SignedPromise, promised_root};
pub use randomness::{Deal, GroupElement, GroupScalar, Possession, Reveal, SignedDeal};

use crate::{
    atomic::{CertifiedHeader, Proof},
    id::{Epoch, Height, ShardId, TenantId},
    signature::PublicKey,
    version::ProtocolVersion,
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// A validator's number in the registry. Never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct ValidatorId(pub u32);

impl fmt::Display for ValidatorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The keys and the bond that a validator registers with.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Registration {
    /// The key that signs its votes, deals and promises, and the registering transaction.
    pub key: PublicKey,
    /// The key that identifies its network connections.
    pub network_key: PublicKey,
    /// The key that shares of secrets are encrypted to.
    pub randomness_key: GroupElement,
    /// The proof that the registering party knows the secret of `randomness_key`.
    pub possession: Possession,
    /// The stake, in native units (10^-8 token).
    pub bond: u64,
}

/// A validator of epoch 0.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct GenesisValidator {
    /// The tenant that operates it. Stake is capped per operator [P14, bonds].
    pub operator: TenantId,
    /// The key that signs its votes, deals and promises.
    pub key: PublicKey,
    /// The key that identifies its network connections.
    pub network_key: PublicKey,
    /// The key that shares of secrets are encrypted to. It carries no proof of possession; the document's authors
    /// guarantee it.
    pub randomness_key: GroupElement,
    /// The stake, in native units.
    pub bond: u64,
}

/// Commands of the slice. "Signed by the validator" means that the transaction's author is the validator's voting key.
/// The operator is the transaction's tenant.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Command {
    /// Stakes a bond and waits for a seat. Signed by the new validator.
    Register(Box<Registration>),
    /// States that a joining validator has the state of every shard that it will serve [P19, epochs]. Signed by that
    /// validator.
    AcknowledgeSync {
        /// The epoch in which it becomes active.
        epoch: Epoch,
    },
    /// Requests to give up the seat. The bond stays one epoch after the last active one. Signed by the validator.
    Leave,
    /// Ends a suspension for inactivity. Signed by the validator.
    Return,
    /// Submits a deal of secret shares [P17, randomness]. Submitted by any tenant, since the deal itself is signed.
    Deal(Box<SignedDeal>),
    /// Submits the decrypted shares of one holder [P17]. Submitted by any tenant, since only the holder can make it.
    Reveal(Box<Reveal>),
    /// Submits the proof that a validator broke the rules [P16, convictions]. Rewards the transaction's tenant.
    ReportEvidence(Box<Evidence>),
    /// Pays out native units that the beacon owes to the transaction's tenant: released bonds and rewards.
    Withdraw {
        /// In native units.
        amount: u64,
    },
    /// Submits a certificate that shows which validators led and signed a final block of the beacon's shard [P14].
    /// Submitted by any tenant, since the certificate proves it.
    Attend(Box<CertifiedHeader>),
    /// Proves that another shard entered the current epoch, since its certified state holds the hand-over [P19].
    /// Submitted by any tenant.
    ConfirmShard(Box<Proof>),
    /// Ends the epoch, once it is long enough, its randomness is drawn and every shard has entered it [P19]. Submitted
    /// by any tenant.
    EndEpoch {
        /// The epoch that ends.
        epoch: Epoch,
    },
    /// Moves a shard other than the beacon's to the next epoch [P19]. Submitted by any tenant.
    EnterEpoch(Box<HandOverProof>),
    /// Lets the beacon's shard make a block while only other shards have work. Its heights are the chain's clock [P21,
    /// bundles], and epochs are counted in them.
    Pulse,
    /// Schedules a higher protocol version from a later epoch on [P25, versions]. Signed by the chain's operator.
    /// Replaces a scheduled version that has not begun.
    ScheduleVersion {
        version: ProtocolVersion,
        /// The first epoch that follows it.
        from: Epoch,
    },
}

impl Command {
    /// The command's stable name, `slice.verb_noun`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Register(_) => "beacon.register",
            Self::AcknowledgeSync { .. } => "beacon.acknowledge_sync",
            Self::Leave => "beacon.leave",
            Self::Return => "beacon.return",
            Self::Deal(_) => "beacon.deal",
            Self::Reveal(_) => "beacon.reveal",
            Self::ReportEvidence(_) => "beacon.report_evidence",
            Self::Withdraw { .. } => "beacon.withdraw",
            Self::Attend(_) => "beacon.attend",
            Self::ConfirmShard(_) => "beacon.confirm_shard",
            Self::EndEpoch { .. } => "beacon.end_epoch",
            Self::EnterEpoch(_) => "beacon.enter_epoch",
            Self::Pulse => "beacon.pulse",
            Self::ScheduleVersion { .. } => "beacon.schedule_version",
        }
    }
}

/// Events of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A validator waits for a seat. Its tenant is debited the bond.
    Registered {
        validator: ValidatorId,
        /// In native units.
        bond: u64,
    },
    /// A joining validator has the state that it needs.
    SyncAcknowledged {
        validator: ValidatorId,
        /// The epoch in which it joins.
        epoch: Epoch,
    },
    /// A validator will give up its seat.
    LeaveAnnounced { validator: ValidatorId },
    /// A suspended validator waits for a seat again.
    Returned { validator: ValidatorId },
    /// A deal was accepted for the epoch's randomness.
    DealAccepted {
        /// The randomness round.
        epoch: Epoch,
        /// The dealer's index in the validator set.
        dealer: u16,
    },
    /// A holder's shares were accepted.
    SharesRevealed {
        /// The randomness round.
        epoch: Epoch,
        /// The holder's index in the validator set.
        holder: u16,
    },
    /// A validator was convicted of breaking the rules. `slashed = rewarded + compensated + burned`, all in native
    /// units.
    Convicted {
        validator: ValidatorId,
        offence: Offence,
        /// The amount taken from its bond.
        slashed: u64,
        /// The reporter's reward.
        rewarded: u64,
        /// The compensation fund's share.
        compensated: u64,
        /// The burned amount.
        burned: u64,
    },
    /// A tenant was credited the amount that the beacon owed it.
    Withdrawn {
        tenant: TenantId,
        /// In native units.
        amount: u64,
    },
    /// Attendance was recorded.
    Attended {
        /// The height of the block whose certificate was submitted.
        height: Height,
        /// The number of its signers that were not recorded before.
        signers: u16,
    },
    /// A shard was proven to have entered the current epoch.
    ShardConfirmed { shard: ShardId, epoch: Epoch },
    /// The beacon's shard ended an epoch. Its next block belongs to the epoch that this hand-over begins.
    EpochEnded(Box<HandOver>),
    /// Another shard entered an epoch. Its next block belongs to the epoch that this hand-over begins.
    EpochEntered(Box<HandOver>),
    /// The beacon's shard made a block to advance the chain's clock.
    Pulsed {
        /// The height of that block.
        height: Height,
    },
    /// A protocol version was scheduled.
    VersionScheduled {
        version: ProtocolVersion,
        /// The first epoch that follows it.
        from: Epoch,
    },
}

impl Event {
    /// The event's stable name, `slice.past_tense`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "beacon.registered",
            Self::SyncAcknowledged { .. } => "beacon.sync_acknowledged",
            Self::LeaveAnnounced { .. } => "beacon.leave_announced",
            Self::Returned { .. } => "beacon.returned",
            Self::DealAccepted { .. } => "beacon.deal_accepted",
            Self::SharesRevealed { .. } => "beacon.shares_revealed",
            Self::Convicted { .. } => "beacon.convicted",
            Self::Withdrawn { .. } => "beacon.withdrawn",
            Self::Attended { .. } => "beacon.attended",
            Self::ShardConfirmed { .. } => "beacon.shard_confirmed",
            Self::EpochEnded(_) => "beacon.epoch_ended",
            Self::EpochEntered(_) => "beacon.epoch_entered",
            Self::Pulsed { .. } => "beacon.pulsed",
            Self::VersionScheduled { .. } => "beacon.version_scheduled",
        }
    }

    /// The hand-over to the epoch of the shard's next block, when this event begins one.
    pub fn hand_over(&self) -> Option<&HandOver> {
        match self {
            Self::EpochEnded(hand_over) | Self::EpochEntered(hand_over) => Some(hand_over),
            _ => None,
        }
    }
}
