//! Protocol versions [P25]: which one the chain follows, and which one it will. Invariant: the version in force changes
//! only with an epoch, only upwards, and is part of the hand-over to that epoch.

use crate::{rejection::Rejection, state::BeaconState};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{Epoch, ProtocolVersion, beacon::Event};

/// A version that waits for its epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Schedule {
    /// The version.
    pub version: ProtocolVersion,
    /// The first epoch that follows it.
    pub from: Epoch,
}

impl BeaconState {
    /// Takes note of a version to come. Whether a build knows it is not asked: blocks are the same on every build.
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

    /// The version that an epoch which begins follows.
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

    /// The version that waits for its epoch.
    pub const fn scheduled(&self) -> Option<Schedule> {
        self.scheduled
    }
}
