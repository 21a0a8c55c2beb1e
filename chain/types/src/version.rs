//! Protocol versions [P25]. Invariant: what differs between versions stands in [`Rules`] and nowhere else, and a
//! version that a build does not know is refused by name before anything of it is read or judged.

use crate::{id::Epoch, limit};
use borsh::{BorshDeserialize, BorshSerialize};

/// A protocol version: the rules that a block, a genesis document or an epoch follows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct ProtocolVersion(pub u16);

impl std::fmt::Display for ProtocolVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The version that new chains begin with. Encodings of earlier ones cannot be read.
pub const PROTOCOL_VERSION: ProtocolVersion = ProtocolVersion(2);

/// What a version switches on. Execution asks for these values instead of comparing versions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// The version.
    pub version: ProtocolVersion,
    /// Authors (signing keys) of one tenant on one shard, at most.
    pub authors_per_tenant_max: u32,
}

/// The versions that a program can read and execute, ascending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Versions(&'static [Rules]);

impl Versions {
    /// Those of this build.
    pub const KNOWN: Self =
        Self(&[Rules { version: PROTOCOL_VERSION, authors_per_tenant_max: limit::AUTHORS_PER_TENANT_MAX }]);

    /// Those of a table, which is ascending and not empty. A program uses [`Self::KNOWN`]; another table serves to try
    /// a change of versions before there is a next one.
    pub const fn of(table: &'static [Rules]) -> Self {
        Self(table)
    }

    /// The oldest.
    pub fn oldest(self) -> ProtocolVersion {
        self.0.first().map_or(PROTOCOL_VERSION, |rules| rules.version)
    }

    /// The newest.
    pub fn newest(self) -> ProtocolVersion {
        self.0.last().map_or(PROTOCOL_VERSION, |rules| rules.version)
    }

    /// The rules of a version.
    ///
    /// # Errors
    /// [`UnknownVersion`].
    pub fn rules(self, version: ProtocolVersion) -> Result<&'static Rules, UnknownVersion> {
        let found = self.0.iter().find(|rules| rules.version == version);
        found.ok_or(UnknownVersion { version, newest: self.newest() })
    }
}

/// A version that a program cannot read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct UnknownVersion {
    /// The version that was met.
    pub version: ProtocolVersion,
    /// The newest that the program knows.
    pub newest: ProtocolVersion,
}

impl UnknownVersion {
    /// The stable code.
    pub const CODE: &str = "ledger.unknown_version";

    fn sentence(self) -> String {
        let Self { version, newest } = self;
        if version > newest {
            format!(
                "protocol {version} is newer than this program, which knows protocol {newest}: it needs a newer one"
            )
        } else {
            format!("protocol {version} cannot be read by this program, which knows protocol {newest}")
        }
    }
}

/// The chain follows a version from an epoch on that this build does not know, so it stops before that epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "this build knows protocol {}; the chain follows {} from epoch {epoch}: install a newer build",
    unknown.newest, unknown.version
)]
pub struct Outdated {
    /// The version and what the build knows.
    pub unknown: UnknownVersion,
    /// The first epoch that cannot be followed.
    pub epoch: Epoch,
}
