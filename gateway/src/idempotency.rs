//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07). Invariant: a credential's key has one effect
//! within [`RETENTION_HOURS`]. The key's record is written in the transaction of the write. Later requests with the key
//! get the stored response, if they are equal and come from the same credential. The same key of another credential is
//! another key.

mod fingerprint;
mod replay;
mod store;

pub use replay::Replayed;
pub use store::StoredResponse;

pub(crate) use store::SEALED_KIND;

use crate::{
    auth::{Principal, ScopeSet, code as auth},
    db,
    error::{ApiError, code},
    state::Gateway,
    tenant_id::TenantId,
};
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse as _, Response},
};
use fingerprint::Fingerprint;
use futures::future::BoxFuture;
use http::{HeaderName, request::Parts};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// The maximum length of a key, in bytes.
pub const KEY_BYTES_MAX: usize = 255;
/// The time for which a key is stored, in hours.
pub const RETENTION_HOURS: u32 = 24;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The request's key, if it has one. Place it before the body in a handler's arguments.
#[derive(Clone, Debug)]
pub struct Idempotency {
    key: Option<String>,
    fingerprint: Fingerprint,
}

impl<S: Sync> FromRequestParts<S> for Idempotency {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let key = match (values.next(), values.next()) {
            (None, _) => None,
            (Some(value), None) => {
                Some(value.to_str().ok().filter(|key| is_valid(key)).ok_or_else(invalid)?.to_owned())
            }
            (Some(_), Some(_)) => return Err(invalid()),
        };
        Ok(Self { key, fingerprint: Fingerprint::of(parts) })
    }
}

fn is_valid(key: &str) -> bool {
    (1..=KEY_BYTES_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

fn invalid() -> ApiError {
    ApiError::new(
        &code::INVALID_HEADER,
        format!("Idempotency-Key is 1 to {KEY_BYTES_MAX} visible ASCII characters, once."),
    )
    .at("/Idempotency-Key", code::INVALID_HEADER.name, "not a valid key")
}

impl Idempotency {
    /// Binds the key to this caller and to exactly this request: method, path, query, body, and the headers that change
    /// the meaning of the body ([`fingerprint::Fingerprint::of`]).
    pub fn attempt(self, caller: &Principal, body: &[u8]) -> Attempt {
        Attempt {
            key: self.key,
            tenant: caller.tenant,
            credential: caller.key_id,
            scopes: caller.scopes,
            fingerprint: self.fingerprint.with_body(body),
        }
    }
}

/// One attempt of a request. Without a key it always counts as new and stores nothing.
#[derive(Clone, Debug)]
pub struct Attempt {
    key: Option<String>,
    tenant: TenantId,
    credential: Uuid,
    scopes: ScopeSet,
    fingerprint: [u8; 32],
}

impl Attempt {
    /// An attempt without a key, for a caller without credentials. Such callers would share one key space and could
    /// read each other's responses.
    pub fn anonymous(tenant: TenantId) -> Self {
        Self { key: None, tenant, credential: Uuid::nil(), scopes: ScopeSet::EMPTY, fingerprint: [0; 32] }
    }

    /// Claims the key within the caller's tenant transaction. `None` means that the key is new: do the work, then
    /// [`complete`](Self::complete) before committing. `Some` is the response to return without doing any work.
    ///
    /// # Errors
    /// `idempotency.mismatch` when the key belongs to another request; `idempotency.in_flight` while another
    /// transaction holds it; `auth.scope_escalation` when the stored response shows a secret with more scopes than the
    /// caller has now.
    pub async fn begin(&self, gateway: &Gateway, conn: &mut PgConnection) -> Result<Option<StoredResponse>, ApiError> {
        let Some(key) = &self.key else { return Ok(None) };
        if !store::claim(conn, self.tenant, self.credential, key).await? {
            let detail = "The first request with this key has not finished; ask again in a moment.";
            return Err(ApiError::new(&code::IDEMPOTENCY_IN_FLIGHT, detail).retry_after_s(1));
        }
        let Some(found) = store::find(conn, &gateway.vault, self.tenant, self.credential, key).await? else {
            return Ok(None);
        };
        if found.fingerprint != self.fingerprint {
            let detail =
                "This key was used with another method, path, header or body; use a new key for a new request.";
            return Err(ApiError::new(&code::IDEMPOTENCY_MISMATCH, detail));
        }
        if !self.scopes.contains_stored(&found.shown_scopes) {
            let detail = "The stored response shows a secret with scopes that this credential does not hold now.";
            return Err(ApiError::new(&auth::SCOPE_ESCALATION, detail));
        }
        Ok(Some(found.response))
    }

    /// Stores the response in the same transaction.
    pub async fn complete(
        &self,
        gateway: &Gateway,
        conn: &mut PgConnection,
        response: &StoredResponse,
    ) -> Result<(), ApiError> {
        let Some(key) = &self.key else { return Ok(()) };
        let place = store::Place { tenant: self.tenant, credential: self.credential, key };
        store::insert(conn, &gateway.vault, place, &self.fingerprint, response).await
    }
}

/// Runs a write in one tenant transaction under its key: claims the key, does the work, stores the response, commits. A
/// replayed response equals the first one byte for byte, plus `Idempotency-Replayed: true`.
pub async fn run<F>(gateway: &Arc<Gateway>, attempt: Attempt, work: F) -> Result<Response, ApiError>
where
    F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<StoredResponse, ApiError>> + Send + 'static,
{
    let (shared, tenant) = (Arc::clone(gateway), attempt.tenant);
    let response = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            if let Some(stored) = attempt.begin(&shared, conn).await? {
                return Ok(stored);
            }
            let response = work(conn).await?;
            attempt.complete(&shared, conn, &response).await?;
            Ok(response)
        })
    })
    .await?;
    Ok(response.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn key_of(values: &[&str]) -> Result<Option<String>, ApiError> {
        let mut request = http::Request::builder().uri("/v1/api-keys");
        for value in values {
            request = request.header("Idempotency-Key", *value);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        Idempotency::from_request_parts(&mut parts, &()).await.map(|idempotency| idempotency.key)
    }

    #[tokio::test]
    async fn keys_are_visible_ascii_and_bounded() {
        let longest = "k".repeat(KEY_BYTES_MAX);
        assert_eq!(key_of(&[]).await.expect("absent is fine"), None);
        assert_eq!(key_of(&[&longest]).await.expect("longest"), Some(longest.clone()));
        for bad in [vec![""], vec!["a b"], vec![&*format!("{longest}k")], vec!["a", "a"]] {
            assert_eq!(key_of(&bad).await.expect_err("bad").code(), &code::INVALID_HEADER, "{bad:?}");
        }
    }
}
