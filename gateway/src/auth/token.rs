//! Access tokens: JWTs that live 15 minutes, signed with Ed25519 (RFC 9068, RFC 8725). Invariant: only tokens in
//! exactly the issued form are accepted. A token has one algorithm, one type, a known key id and each claim once.

mod claims;
mod verify;

pub use claims::Claims;
pub use verify::InvalidToken;

use super::{
    scope::ScopeSet,
    signing_key::{self, Change, KeyRing},
};
use crate::{error::ApiError, tenant_id::TenantId, vault::Vault};
use arc_swap::ArcSwap;
use jsonwebtoken::{Algorithm, Header};
use quick_cache::sync::Cache;
use sqlx::PgPool;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use time::OffsetDateTime;
use tokio::sync::Mutex;
use uuid::Uuid;

/// The lifetime of a token, in seconds.
pub const LIFETIME_S: u64 = 900;
/// The tolerated clock difference in seconds. RFC 8725 asks for a small value; at most 30.
pub const LEEWAY_S: u64 = 10;
/// The `typ` of our tokens (RFC 9068, section 2.1).
pub const TOKEN_TYPE: &str = "at+jwt";
/// The maximum length of a token in bytes. Longer ones are refused unread.
pub const TOKEN_BYTES_MAX: usize = 4_096;
/// The maximum number of cached verified tokens.
pub const VERIFIED_MAX: usize = 50_000;
/// The minimum time in milliseconds between two reloads that unknown key ids cause.
const RELOAD_MS_MIN: u64 = 1_000;
/// The time in milliseconds after which the keys are reloaded.
const RELOAD_MS_MAX: u64 = 30_000;

/// A token as `/oauth/token` returns it.
#[derive(Clone, Debug)]
pub struct IssuedToken {
    pub token: String,
    pub scopes: ScopeSet,
    /// The lifetime in seconds.
    pub expires_in_s: u64,
}

/// Issues and verifies tokens.
#[derive(Debug)]
pub struct TokenIssuer {
    issuer: String,
    audience: String,
    pool: PgPool,
    vault: Arc<Vault>,
    ring: ArcSwap<(Instant, KeyRing)>,
    reload: Mutex<()>,
    verified: Cache<[u8; 32], Arc<Claims>>,
}

/// The key id of a token, which is not verified yet.
///
/// # Errors
/// [`InvalidToken`] when the text is no token of the kind that this gateway issues.
pub fn read_kid(token: &str) -> Result<String, InvalidToken> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(InvalidToken::Malformed);
    }
    verify::read_header(token).map(|header| header.kid)
}

impl TokenIssuer {
    /// Reads the keys from the database, or creates the first one.
    pub async fn open(pool: PgPool, vault: Arc<Vault>, issuer: &str, audience: &str) -> Result<Self, ApiError> {
        let ring = signing_key::load(&pool, &vault, Change::None).await?;
        Ok(Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            pool,
            vault,
            ring: ArcSwap::from_pointee((Instant::now(), ring)),
            reload: Mutex::new(()),
            verified: Cache::new(VERIFIED_MAX),
        })
    }

    /// Issues a token for a client of a tenant.
    pub async fn issue(
        &self,
        tenant: TenantId,
        key_id: Uuid,
        client_id: &str,
        scopes: ScopeSet,
    ) -> Result<IssuedToken, ApiError> {
        let now = OffsetDateTime::now_utc();
        self.refresh(RELOAD_MS_MAX).await?;
        if self.ring.load().1.is_old(now) {
            self.change(Change::ReplaceOld).await?;
        }
        let issued_at = u64::try_from(now.unix_timestamp()).unwrap_or_default();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: client_id.to_owned(),
            exp: issued_at.saturating_add(LIFETIME_S),
            nbf: issued_at,
            iat: issued_at,
            jti: Uuid::now_v7().simple().to_string(),
            tenant,
            key_id,
            scope: scopes.to_string(),
            kid: String::new(),
        };
        let ring = self.ring.load();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(ring.1.kid().to_owned());
        let token =
            jsonwebtoken::encode(&header, &claims, ring.1.signing()).map_err(|error| ApiError::internal(&error))?;
        Ok(IssuedToken { token, scopes, expires_in_s: LIFETIME_S })
    }

    /// Returns the claims of a token that this gateway issued and that is valid now. The caller must check whether the
    /// API key was revoked since.
    ///
    /// # Errors
    /// The inner error is [`InvalidToken`], for the log. The outer one is a failure to read the keys.
    pub async fn verify(&self, token: &str) -> Result<Result<Arc<Claims>, InvalidToken>, ApiError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(Err(InvalidToken::Malformed));
        }
        self.refresh(RELOAD_MS_MAX).await?;
        let digest = verify::digest(token);
        if let Some(claims) = self.verified.get(&digest) {
            let is_known = self.ring.load().1.verifying(&claims.kid).is_some();
            if is_known && claims.is_unexpired(OffsetDateTime::now_utc()) {
                return Ok(Ok(claims));
            }
            self.verified.remove(&digest);
        }
        let header = match verify::read_header(token) {
            Ok(header) => header,
            Err(invalid) => return Ok(Err(invalid)),
        };
        if self.ring.load().1.verifying(&header.kid).is_none() {
            // Another gateway may have created a new key.
            self.refresh(RELOAD_MS_MIN).await?;
        }
        let ring = self.ring.load();
        let Some(key) = ring.1.verifying(&header.kid) else { return Ok(Err(InvalidToken::UnknownKey)) };
        Ok(verify::check(token, header, key, &self.issuer, &self.audience).map(|claims| {
            let claims = Arc::new(claims);
            self.verified.insert(digest, Arc::clone(&claims));
            claims
        }))
    }

    /// Replaces the signing key. With `revoke`, all tokens issued so far become invalid: in this process at once, in
    /// other gateways within 30 s.
    pub async fn rotate(&self, revoke: bool) -> Result<String, ApiError> {
        self.change(if revoke { Change::RevokeAll } else { Change::Replace }).await?;
        Ok(self.ring.load().1.kid().to_owned())
    }

    /// The public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
    pub fn key_set(&self) -> serde_json::Value {
        let ring = self.ring.load();
        let keys: Vec<_> = ring
            .1
            .public_keys()
            .map(|(kid, key)| {
                serde_json::json!({
                    "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": key.x
                })
            })
            .collect();
        serde_json::json!({ "keys": keys })
    }

    async fn change(&self, change: Change) -> Result<(), ApiError> {
        let _turn = self.reload.lock().await;
        self.read(change).await
    }

    /// Reloads the keys when they are older than `age_ms`. While one caller reloads, the others continue with the
    /// cached keys, except when they look for an unknown key id: these wait.
    async fn refresh(&self, age_ms: u64) -> Result<(), ApiError> {
        let is_stale = || self.ring.load().0.elapsed() >= Duration::from_millis(age_ms);
        if !is_stale() {
            return Ok(());
        }
        let _turn = if age_ms == RELOAD_MS_MIN {
            self.reload.lock().await
        } else {
            match self.reload.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(()),
            }
        };
        if is_stale() { self.read(Change::None).await } else { Ok(()) }
    }

    async fn read(&self, change: Change) -> Result<(), ApiError> {
        let read_at = Instant::now();
        let ring = signing_key::load(&self.pool, &self.vault, change).await?;
        self.ring.store(Arc::new((read_at, ring)));
        Ok(())
    }
}
