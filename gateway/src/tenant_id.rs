//! The tenant id. Invariant: the token, the database and the ledger use the same 16 bytes.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A tenant id: a UUID, of version 7 (RFC 9562) for tenants created here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct TenantId(pub Uuid);

impl TenantId {
    /// The operator of this deployment, whose credentials create tenants and rotate keys.
    pub const SYSTEM: Self = Self(Uuid::nil());

    /// Generates a new id.
    pub fn random() -> Self {
        Self(Uuid::now_v7())
    }

    /// The same id in the ledger's type.
    pub const fn on_ledger(self) -> chain_types::TenantId {
        chain_types::TenantId(self.0.into_bytes())
    }

    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl From<chain_types::TenantId> for TenantId {
    fn from(id: chain_types::TenantId) -> Self {
        Self(Uuid::from_bytes(id.0))
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for TenantId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}
