//! The keys that sign tokens, shared by all gateways through the database. Invariant: a private key is stored only
//! encrypted. A replaced key verifies for [`GRACE_S`]. [`Change::RevokeAll`] ends all replaced keys at once.

mod row;

use super::token::{LEEWAY_S, LIFETIME_S, SIGNS_S_MAX};
use crate::{db, error::ApiError, tenant_id::TenantId, vault::Vault};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chain_types::signature::SecretKey;
use jsonwebtoken::{DecodingKey, EncodingKey};
use sqlx::{PgConnection, PgPool};
use std::{collections::BTreeMap, fmt, sync::Arc};
use time::OffsetDateTime;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The age in days after which a signing key is replaced automatically.
pub const AGE_DAYS_MAX: i64 = 30;
/// The time in seconds for which a replaced key verifies: until the last token has expired that a gateway may sign with
/// it before it learns of the replacement.
pub const GRACE_S: u64 = LIFETIME_S + LEEWAY_S + SIGNS_S_MAX;
/// The kind of secret, which the encryption of a key is bound to.
pub(crate) const SEALED_KIND: &str = "token signing key";
/// The PKCS #8 encoding (RFC 5958, RFC 8410 section 7) of an Ed25519 key, up to its 32-byte seed.
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The public half of a signing key.
#[derive(Clone)]
pub struct PublicKey {
    /// The base64url of the 32 bytes of the key (RFC 8037, section 2).
    pub x: String,
    /// The same key in the form that verifies tokens.
    pub decoding: DecodingKey,
}

/// The key that signs now, and all keys that verify.
pub struct KeyRing {
    kid: String,
    signing: EncodingKey,
    created_at: OffsetDateTime,
    verifying: BTreeMap<String, PublicKey>,
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl KeyRing {
    /// The id of the key that signs.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The key that signs.
    pub fn signing(&self) -> &EncodingKey {
        &self.signing
    }

    /// The key with this id. It is compared exactly and in memory: an id is never used as a path, a URL or a query.
    pub fn verifying(&self, kid: &str) -> Option<&PublicKey> {
        self.verifying.get(kid)
    }

    /// Every key that verifies, with its id.
    pub fn public_keys(&self) -> impl Iterator<Item = (&str, &PublicKey)> {
        self.verifying.iter().map(|(kid, key)| (kid.as_str(), key))
    }

    /// Whether the signing key is due for replacement.
    pub fn is_old(&self, now: OffsetDateTime) -> bool {
        now - self.created_at > time::Duration::days(AGE_DAYS_MAX)
    }
}

/// The change to make before the key ring is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Create a key only when there is none.
    None,
    /// Replace the signing key if it is old.
    ReplaceOld,
    /// Replace the signing key. Tokens of the old key stay valid until they expire.
    Replace,
    /// Replace the signing key and retire all others at once, which revokes all tokens.
    RevokeAll,
}

/// Makes the change and reads the key ring. Gateways that do this at the same time are serialized by a lock.
pub async fn load(pool: &PgPool, vault: &Arc<Vault>, change: Change) -> Result<KeyRing, ApiError> {
    let vault = Arc::clone(vault);
    db::run_service(pool, move |conn| Box::pin(async move { change_and_read(conn, &vault, change).await })).await
}

/// The same within a transaction of the role `waymark_service`.
pub async fn change_and_read(conn: &mut PgConnection, vault: &Vault, change: Change) -> Result<KeyRing, ApiError> {
    if change != Change::None {
        row::lock(conn).await?;
    }
    let mut rows = row::read_all(conn).await?;
    if rows.is_empty() && change == Change::None {
        row::lock(conn).await?;
        rows = row::read_all(conn).await?;
    }
    let now = OffsetDateTime::now_utc();
    let is_due = match (change, rows.first()) {
        (_, None) | (Change::Replace | Change::RevokeAll, _) => true,
        (Change::ReplaceOld, Some(newest)) => now - newest.created_at > time::Duration::days(AGE_DAYS_MAX),
        (Change::None, Some(_)) => false,
    };
    if is_due {
        row::retire_all(conn, if change == Change::RevokeAll { 0 } else { GRACE_S }).await?;
        let key_id = Uuid::now_v7();
        let mut seed = Zeroizing::new([0; 32]);
        rand::fill(seed.as_mut_slice());
        let sealed = vault.seal(SEALED_KIND, TenantId::SYSTEM, key_id.as_bytes(), seed.as_slice());
        let chain_types::PublicKey::Ed25519(public_key) = SecretKey::from_seed(&seed).public_key();
        row::insert(conn, key_id, &public_key, &sealed).await?;
        rows = row::read_all(conn).await?;
    }
    ring(vault, &rows)
}

/// Builds the key ring from the rows that still verify, newest first.
fn ring(vault: &Vault, rows: &[row::SigningKeyRow]) -> Result<KeyRing, ApiError> {
    let Some(newest) = rows.first() else { return Err(ApiError::internal(&"no signing key")) };
    let seed = vault
        .open(SEALED_KIND, TenantId::SYSTEM, newest.key_id.as_bytes(), &newest.sealed)
        .map_err(|error| ApiError::internal(&error))?;
    let mut der = Zeroizing::new(PKCS8_PREFIX.to_vec());
    der.extend_from_slice(&seed);
    let mut verifying = BTreeMap::new();
    for row in rows {
        let x = URL_SAFE_NO_PAD.encode(&row.public_key);
        let decoding = DecodingKey::from_ed_components(&x).map_err(|error| ApiError::internal(&error))?;
        verifying.insert(kid(row.key_id), PublicKey { x, decoding });
    }
    let signing = EncodingKey::from_ed_der(&der);
    Ok(KeyRing { kid: kid(newest.key_id), signing, created_at: newest.created_at, verifying })
}

fn kid(key_id: Uuid) -> String {
    key_id.simple().to_string()
}
