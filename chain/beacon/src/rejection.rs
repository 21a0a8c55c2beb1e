//! Why the beacon slice rejects. Invariant: codes never change meaning.

use chain_types::Rejection;

/// The slice's rejections.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// The signer is not the validator that the operation is about.
    #[error("the signer is not a registered validator")]
    UnknownValidator,
    /// A key is registered already.
    #[error("a key of the registration is taken")]
    KeyTaken,
    /// A key is of small order, or the randomness key is not a point or not possessed.
    #[error("a key of the registration is not valid")]
    WeakKey,
    /// The registration is not signed by the new validator's own key.
    #[error("a registration is signed by the key it registers")]
    NotOwnKey,
    /// The bond is below the least one.
    #[error("the bond is too small")]
    BondTooSmall,
    /// All bonds together would exceed what can exist.
    #[error("the bonds exceed the supply")]
    BondTotal,
    /// The registry is full.
    #[error("the registry is full")]
    RegistryFull,
    /// The validator is not about to join in that epoch.
    #[error("the validator does not join in that epoch")]
    NotJoining,
    /// The validator acknowledged already.
    #[error("acknowledged already")]
    Acknowledged,
    /// The validator leaves already, or is jailed without a bond.
    #[error("the validator leaves already")]
    Leaving,
    /// The validator is not benched.
    #[error("the validator is not benched")]
    NotBenched,
    /// The operation is for an epoch that is not the present one.
    #[error("the operation is for another epoch")]
    StaleEpoch,
    /// The operation is for another chain.
    #[error("the operation is for another chain")]
    WrongChain,
    /// Deals are over, or reveals have not begun.
    #[error("the randomness round is not in that phase")]
    Phase,
    /// The index is not in the committee, or has no tickets.
    #[error("not a member of the epoch's committee")]
    NotMember,
    /// The dealer dealt, or the holder revealed, before.
    #[error("once per epoch")]
    Duplicate,
    /// The deal is not signed by its dealer.
    #[error("the deal is not signed by its dealer")]
    DealUnsigned,
    /// The deal is not a valid sharing.
    #[error("the deal is not a valid sharing of one secret")]
    DealInvalid,
    /// The shares are not the holder's decrypted shares.
    #[error("the shares are not those of the holder")]
    ShareInvalid,
    /// The evidence is about an epoch too long ago, or one that has not begun.
    #[error("the evidence is about an epoch outside the bonded period")]
    EvidenceAge,
    /// The evidence proves nothing.
    #[error("the evidence proves nothing")]
    EvidenceInvalid,
    /// The validator was convicted of this already.
    #[error("convicted of this already")]
    Convicted,
    /// The block is not final, or none at which attendance is taken.
    #[error("no block at which attendance is taken")]
    AttendanceInvalid,
    /// The certificate shows nobody who was not known.
    #[error("the certificate shows nobody new")]
    Attended,
    /// The epoch is too short, or its randomness is not drawn.
    #[error("the epoch cannot end yet")]
    EpochUnfinished,
    /// The beacon's shard enters epochs by ending the one before.
    #[error("the beacon's shard ends epochs, it does not enter them")]
    OwnEpoch,
    /// The tenant is owed less.
    #[error("the tenant is not owed that much")]
    NotOwed,
}

impl Error {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownValidator => "beacon.unknown_validator",
            Self::KeyTaken => "beacon.key_taken",
            Self::WeakKey => "beacon.weak_key",
            Self::NotOwnKey => "beacon.not_own_key",
            Self::BondTooSmall => "beacon.bond_too_small",
            Self::BondTotal => "beacon.bond_total",
            Self::RegistryFull => "beacon.registry_full",
            Self::NotJoining => "beacon.not_joining",
            Self::Acknowledged => "beacon.acknowledged",
            Self::Leaving => "beacon.leaving",
            Self::NotBenched => "beacon.not_benched",
            Self::StaleEpoch => "beacon.stale_epoch",
            Self::WrongChain => "beacon.wrong_chain",
            Self::Phase => "beacon.randomness_phase",
            Self::NotMember => "beacon.not_member",
            Self::Duplicate => "beacon.duplicate",
            Self::DealUnsigned => "beacon.deal_unsigned",
            Self::DealInvalid => "beacon.deal_invalid",
            Self::ShareInvalid => "beacon.share_invalid",
            Self::EvidenceAge => "beacon.evidence_age",
            Self::EvidenceInvalid => "beacon.evidence_invalid",
            Self::Convicted => "beacon.convicted",
            Self::AttendanceInvalid => "beacon.attendance_invalid",
            Self::Attended => "beacon.attended",
            Self::EpochUnfinished => "beacon.epoch_unfinished",
            Self::OwnEpoch => "beacon.own_epoch",
            Self::NotOwed => "beacon.not_owed",
        }
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::new(error.code())
    }
}
