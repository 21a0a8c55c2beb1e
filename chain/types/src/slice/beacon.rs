//! Words of the beacon slice: who may validate, the epochs' randomness, promises and the evidence against who
//! broke the rules [P14]-[P19]. Invariant: whatever convicts a validator carries that validator's own signature.

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

/// A validator's number in the registry; never given twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct ValidatorId(pub u32);

impl fmt::Display for ValidatorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What a validator brings when it registers.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Registration {
    /// The key that it votes, deals and promises with. It signs the registering transaction.
    pub key: PublicKey,
    /// The key that other members know its connections by.
    pub network_key: PublicKey,
    /// The key that shares of secrets are encrypted to.
    pub randomness_key: GroupElement,
    /// Proof that whoever registers knows the secret of `randomness_key`.
    pub possession: Possession,
    /// What it stakes, in native units (10^-8 token).
    pub bond: u64,
}

/// A validator of the first epoch.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct GenesisValidator {
    /// Who operates it: stake is capped per operator [P14].
    pub operator: TenantId,
    /// The key that it votes, deals and promises with.
    pub key: PublicKey,
    /// The key that other members know its connections by.
    pub network_key: PublicKey,
    /// The key that shares of secrets are encrypted to; the document's authors vouch for its possession.
    pub randomness_key: GroupElement,
    /// What it stakes, in native units.
    pub bond: u64,
}

/// Commands of the slice. Where the signer matters, it is the validator's voting key; the operator is the
/// transaction's tenant.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Command {
    /// Stakes a bond and waits for a seat. Signed by the new validator.
    Register(Box<Registration>),
    /// Says that a joining validator holds the state of every shard it will serve [P19]. Signed by it.
    AcknowledgeSync {
        /// The epoch in which it will be active.
        epoch: Epoch,
    },
    /// Asks to give the seat back; the bond stays one epoch after the last active one. Signed by the validator.
    Leave,
    /// Ends a bench for inactivity. Signed by the validator.
    Return,
    /// Deals shares of a secret [P17]. Carried by anyone: the deal is signed itself.
    Deal(Box<SignedDeal>),
    /// Reveals the shares of one holder [P17]. Carried by anyone: only the holder can have made it.
    Reveal(Box<Reveal>),
    /// Shows that a validator broke the rules [P16]. The tenant of the transaction is rewarded.
    ReportEvidence(Box<Evidence>),
    /// Takes native units that the beacon owes to the transaction's tenant: released bonds and rewards.
    Withdraw {
        /// How much, in native units.
        amount: u64,
    },
    /// Shows who led and signed a final block of the beacon's shard [P14]. Carried by anyone: the certificate proves
    /// it.
    Attend(Box<CertifiedHeader>),
    /// Shows that another shard entered the present epoch: its certified state holds the hand-over [P19]. Carried by
    /// anyone.
    ConfirmShard(Box<Proof>),
    /// Ends the epoch, once it is long enough, its randomness is drawn and every shard entered it [P19]. Carried by
    /// anyone.
    EndEpoch {
        /// The epoch that ends.
        epoch: Epoch,
    },
    /// Lets a shard other than the beacon's go on to the next epoch [P19]. Carried by anyone.
    EnterEpoch(Box<HandOverProof>),
    /// Lets the beacon's shard go on while the others work: its heights are the chain's clock [P21], and epochs are
    /// counted in them.
    Pulse,
    /// Lets the chain follow a higher protocol version from a later epoch on [P25]. Signed by the chain's operator; it
    /// replaces what was scheduled before and has not begun.
    ScheduleVersion {
        /// The version.
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
    /// A validator waits for a seat; its tenant is debited the bond.
    Registered {
        /// Which.
        validator: ValidatorId,
        /// Its bond in native units.
        bond: u64,
    },
    /// A joining validator is ready.
    SyncAcknowledged {
        /// Which.
        validator: ValidatorId,
        /// The epoch it joins in.
        epoch: Epoch,
    },
    /// A validator will give its seat back.
    LeaveAnnounced {
        /// Which.
        validator: ValidatorId,
    },
    /// A benched validator waits for a seat again.
    Returned {
        /// Which.
        validator: ValidatorId,
    },
    /// A deal counts for the epoch's randomness.
    DealAccepted {
        /// The randomness round.
        epoch: Epoch,
        /// The dealer's index in the validator set.
        dealer: u16,
    },
    /// A holder's shares count.
    SharesRevealed {
        /// The randomness round.
        epoch: Epoch,
        /// The holder's index in the validator set.
        holder: u16,
    },
    /// A validator was proved to have broken the rules. `slashed = rewarded + compensated + burned`.
    Convicted {
        /// Which.
        validator: ValidatorId,
        /// Of what.
        offence: Offence,
        /// What its bond lost, in native units.
        slashed: u64,
        /// What the reporter gets.
        rewarded: u64,
        /// What the compensation fund gets.
        compensated: u64,
        /// What ceased to exist.
        burned: u64,
    },
    /// The tenant is credited what it was owed.
    Withdrawn {
        /// Who.
        tenant: TenantId,
        /// How much, in native units.
        amount: u64,
    },
    /// Attendance was taken.
    Attended {
        /// The block whose certificate was shown.
        height: Height,
        /// How many of its signers were not known before.
        signers: u16,
    },
    /// A shard is known to have entered the present epoch.
    ShardConfirmed {
        /// Which.
        shard: ShardId,
        /// The epoch.
        epoch: Epoch,
    },
    /// The next block of the beacon's shard belongs to the epoch that this begins.
    EpochEnded(Box<HandOver>),
    /// The next block of this shard belongs to the epoch that this begins.
    EpochEntered(Box<HandOver>),
    /// The clock moved on by this block.
    Pulsed {
        /// Its height.
        height: Height,
    },
    /// A version waits for its epoch.
    VersionScheduled {
        /// The version.
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

    /// The epoch that the shard's next block belongs to, when this event begins one.
    pub fn hand_over(&self) -> Option<&HandOver> {
        match self {
            Self::EpochEnded(hand_over) | Self::EpochEntered(hand_over) => Some(hand_over),
            _ => None,
        }
    }
}
