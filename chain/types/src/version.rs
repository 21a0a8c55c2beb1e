//! Protocol versions and the rules that differ between versions [P25, versions]. Invariant: [`Rules`] holds all
//! differences between versions. Data of an unknown version is refused with an error that names the version.

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

/// The version of new chains. Encodings of earlier versions cannot be read.
pub const PROTOCOL_VERSION: ProtocolVersion = ProtocolVersion(2);

/// The values that differ between versions. Execution uses these values instead of comparing versions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    pub version: ProtocolVersion,
    /// The most authors (signing keys) of one tenant on one shard.
    pub authors_per_tenant_max: u32,
}

/// The versions that a program can read and execute, ascending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Versions(&'static [Rules]);

impl Versions {
    /// The versions that this build knows.
    pub const KNOWN: Self =
        Self(&[Rules { version: PROTOCOL_VERSION, authors_per_tenant_max: limit::AUTHORS_PER_TENANT_MAX }]);

    /// The versions of a table, which must be ascending and not empty. Programs use [`Self::KNOWN`]. Other tables serve
    /// to test a change of versions.
    pub const fn of(table: &'static [Rules]) -> Self {
        Self(table)
    }

    /// The oldest version.
    pub fn oldest(self) -> ProtocolVersion {
        self.0.first().map_or(PROTOCOL_VERSION, |rules| rules.version)
    }

    /// The newest version.
    pub fn newest(self) -> ProtocolVersion {
        self.0.last().map_or(PROTOCOL_VERSION, |rules| rules.version)
    }

    /// The rules of a version.
    ///
    /// # Errors
    /// [`UnknownVersion`] when the table lacks the version.
    pub fn rules(self, version: ProtocolVersion) -> Result<&'static Rules, UnknownVersion> {
        let found = self.0.iter().find(|rules| rules.version == version);
        found.ok_or(UnknownVersion { version, newest: self.newest() })
    }
}

/// A version that this program cannot read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct UnknownVersion {
    /// The unknown version.
    pub version: ProtocolVersion,
    /// The newest version that the program knows.
    pub newest: ProtocolVersion,
}

impl UnknownVersion {
    /// The stable code of the error.
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

/// From some epoch on the chain follows a version that this build does not know. The node stops before that epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "this build knows protocol {}; the chain follows {} from epoch {epoch}: install a newer build",
    unknown.newest, unknown.version
)]
pub struct Outdated {
    /// The version, and the newest that the build knows.
    pub unknown: UnknownVersion,
    /// The first epoch of that version.
    pub epoch: Epoch,
}
