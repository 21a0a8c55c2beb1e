//! What final blocks of the beacon's shard show about who worked [P14]. Invariant: only the present epoch's committee
//! earns by it, and a validator's signature under one block counts once.

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

/// Attendance is taken at every height that this divides: a certificate holds only a quorum, and several of one block
/// show everyone who signed it, so not every block need be shown. A prime, so that turns of leaders do not fall in
/// step.
pub const ATTENDANCE_BLOCKS: u64 = 61;

/// The last block at which attendance was taken.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Attendance {
    /// Its height; 0 before the first.
    pub height: Height,
    /// Who is known to have signed it: indices into the committee.
    pub signers: Vec<u16>,
}

impl BeaconState {
    /// Takes attendance at a certified block.
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

    /// Credits the leader and the signers of a final block of the present epoch as far as they are not known yet; says
    /// how many signers were new. Indices beyond the committee are ignored, and so is a block before the last one.
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

    /// Changes a validator's Servi for work; the convicted earn nothing.
    pub(crate) fn credit(&mut self, id: ValidatorId, work: impl Fn(Servi) -> Servi) {
        if let Some(validator) = self.registry.get_mut(id)
            && validator.standing != crate::registry::Standing::Jailed
        {
            validator.servi = work(validator.servi);
        }
    }
}
