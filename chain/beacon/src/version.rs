//! Protocol versions [P25]: the one in force and the scheduled one. Invariant: the version in force changes only at an
//! epoch's start and only upwards. The hand-over to that epoch names the new version.

use crate::{rejection::Rejection, state::BeaconState};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{Epoch, ProtocolVersion, beacon::Event};

/// A scheduled version.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Schedule {
    pub version: ProtocolVersion,
    /// The first epoch that follows it.
    pub from: Epoch,
}

impl BeaconState {
    /// Schedules a version. Whether this build knows the version does not matter: every build must execute blocks
    /// alike.
    pub(crate) fn schedule_version(&mut self, version: ProtocolVersion, from: Epoch) -> Result<Event, Rejection> {
        if version <= self.version {
            return Err(Rejection::VersionNotHigher);
        }
        if from <= self.committee.epoch {
            return Err(Rejection::VersionTooSoon);
        }
        self.scheduled = Some(Schedule { version, from });
        Ok(Event::VersionScheduled { version, from })
    }

    /// The version of an epoch that begins.
    pub(crate) fn begin_version(&mut self, epoch: Epoch) -> ProtocolVersion {
        if let Some(schedule) = self.scheduled.take_if(|schedule| schedule.from <= epoch) {
            self.version = schedule.version;
        }
        self.version
    }

    /// The version in force.
    pub const fn version(&self) -> ProtocolVersion {
        self.version
    }

    /// The scheduled version.
    pub const fn scheduled(&self) -> Option<Schedule> {
        self.scheduled
    }
}
