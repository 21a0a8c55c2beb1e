//! The tenant id. Invariant: the token, the database and the ledger use the same 16 bytes.

use serde::{Deserialize, Serialize};
use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef},
};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A tenant's id: a UUID, of version 7 (RFC 9562) for tenants made here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
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

impl Type<Postgres> for TenantId {
    fn type_info() -> PgTypeInfo {
        Uuid::type_info()
    }
}

impl PgHasArrayType for TenantId {
    fn array_type_info() -> PgTypeInfo {
        Uuid::array_type_info()
    }
}

impl Encode<'_, Postgres> for TenantId {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.0.encode_by_ref(buffer)
    }
}

impl Decode<'_, Postgres> for TenantId {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        Uuid::decode(value).map(Self)
    }
}
