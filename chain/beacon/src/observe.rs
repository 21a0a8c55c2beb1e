//! Credits validators with servi (score for service) for work that final beacon blocks prove [P14, servi]. Invariant:
//! attendance credits only the present epoch's committee. A validator's signature on one block counts once.

use crate::{
    rejection::Rejection,
    servi::{SERVI_PER_SIGNATURE, Servi},
    state::BeaconState,
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Height, Signature,
    atomic::{BEACON_SHARD, CertifiedHeader},
    beacon::{Event, ValidatorId},
};

/// Attendance is taken at heights divisible by this number. One certificate holds only a quorum, but several
/// certificates of one block show all its signers, so it is enough to look at few blocks. It is prime, so that it does
/// not coincide with the turns of leaders.
pub const ATTENDANCE_BLOCKS: u64 = 61;

/// The last block at which attendance was taken.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Attendance {
    /// Zero before the first.
    pub height: Height,
    /// The committee indices known to have signed the block.
    pub signers: Vec<u16>,
}

impl BeaconState {
    /// Takes attendance from a certified block.
    pub(crate) fn attend(&mut self, block: &CertifiedHeader) -> Result<Event, Rejection> {
        let CertifiedHeader { header, certificate } = block;
        if header.chain_id != self.chain_id {
            return Err(Rejection::WrongChain);
        }
        if header.epoch != self.committee.epoch {
            return Err(Rejection::StaleEpoch);
        }
        let set = self.committee.validator_set();
        let is_final = header.shard == BEACON_SHARD
            && header.validator_set_hash == set.digest()
            && header.is_finalised_by(&certificate.vote);
        if !is_final || header.height.0.checked_rem(ATTENDANCE_BLOCKS) != Some(0) {
            return Err(Rejection::AttendanceInvalid);
        }
        let is_known = |(signer, _): &(u16, Signature)| self.attendance.signers.contains(signer);
        let is_past = header.height < self.attendance.height;
        if is_past || (header.height == self.attendance.height && certificate.signatures.iter().all(is_known)) {
            return Err(Rejection::Attended);
        }
        let signers = certificate.signers_once(&set).map_err(|_| Rejection::AttendanceInvalid)?;
        let count = self.observe(header.height, header.proposer, &signers);
        if count == 0 {
            Err(Rejection::Attended)
        } else {
            Ok(Event::Attended { height: header.height, signers: count })
        }
    }

    /// Credits the leader and the signers of a final block of the present epoch, each once. Returns the number of new
    /// signers. Ignores indices beyond the committee and blocks below the last attendance.
    pub fn observe(&mut self, height: Height, proposer: u16, signers: &[u16]) -> u16 {
        if height < self.attendance.height {
            return 0;
        }
        let is_new = |signer: &&u16| self.committee.member(**signer).is_some();
        let mut new: Vec<u16> = signers.iter().filter(is_new).copied().collect();
        if height > self.attendance.height {
            self.attendance = Attendance { height, signers: Vec::new() };
            self.observed = self.observed.saturating_add(1);
            if let Some(leader) = self.committee.member(proposer) {
                self.credit(leader.id, Servi::lead);
            }
        }
        new.retain(|signer| !self.attendance.signers.contains(signer));
        for signer in &new {
            self.attendance.signers.push(*signer);
            let Some(id) = self.committee.member(*signer).map(|member| member.id) else { continue };
            self.credit(id, |servi| servi.earn(SERVI_PER_SIGNATURE));
            if let Some(validator) = self.registry.get_mut(id) {
                validator.signed = validator.signed.saturating_add(1);
            }
        }
        u16::try_from(new.len()).unwrap_or(u16::MAX)
    }

    /// Adds to a validator's Servi for work. A convicted validator earns nothing.
    pub(crate) fn credit(&mut self, id: ValidatorId, work: impl Fn(Servi) -> Servi) {
        if let Some(validator) = self.registry.get_mut(id)
            && validator.standing != crate::registry::Standing::Jailed
        {
            validator.servi = work(validator.servi);
        }
    }
}
