//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07). Invariant: a tenant's key has one effect within
//! [`RETENTION_HOURS`]. The key's record is written in the transaction of the write. Later requests with the key get
//! the stored response.

mod replay;
mod store;

pub use replay::Replayed;
pub use store::StoredResponse;

use crate::{
    db,
    error::{ApiError, code},
    state::Gateway,
    tenant_id::TenantId,
};
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse as _, Response},
};
use futures::future::BoxFuture;
use http::{HeaderName, request::Parts};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use std::sync::Arc;

/// The maximum length of a key, in bytes.
pub const KEY_BYTES_MAX: usize = 255;
/// The time for which a key is stored, in hours.
pub const RETENTION_HOURS: u32 = 24;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The request's key, if it has one. Place it before the body in a handler's arguments.
#[derive(Clone, Debug)]
pub struct Idempotency {
    key: Option<String>,
    method: String,
    path: String,
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
        Ok(Self { key, method: parts.method.to_string(), path: parts.uri.path().to_owned() })
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
    /// Like [`attempt`](Self::attempt), for an unauthenticated caller. The key is dropped: such callers would share one
    /// key space and could read each other's responses.
    pub fn anonymous(self, tenant: TenantId, body: &[u8]) -> Attempt {
        Attempt { key: None, ..self.attempt(tenant, body) }
    }

    /// Binds the key to this tenant and to exactly this request: method, path and body bytes.
    pub fn attempt(self, tenant: TenantId, body: &[u8]) -> Attempt {
        let mut fingerprint = Sha256::new();
        for part in [self.method.as_bytes(), self.path.as_bytes(), body] {
            fingerprint.update((part.len() as u64).to_le_bytes());
            fingerprint.update(part);
        }
        Attempt { key: self.key, tenant, fingerprint: fingerprint.finalize().into() }
    }
}

/// One attempt of a request. Without a key it always counts as new and stores nothing.
#[derive(Clone, Debug)]
pub struct Attempt {
    key: Option<String>,
    tenant: TenantId,
    fingerprint: [u8; 32],
}

impl Attempt {
    /// Claims the key within the caller's tenant transaction. `None` means that the key is new: do the work, then
    /// [`complete`](Self::complete) before committing. `Some` is the response to return without doing any work.
    ///
    /// # Errors
    /// `idempotency.mismatch` when the key belongs to another request; `idempotency.in_flight` while another
    /// transaction holds it.
    pub async fn begin(&self, gateway: &Gateway, conn: &mut PgConnection) -> Result<Option<StoredResponse>, ApiError> {
        let Some(key) = &self.key else { return Ok(None) };
        if !store::claim(conn, self.tenant, key).await? {
            let detail = "The first request with this key has not finished; ask again in a moment.";
            return Err(ApiError::new(&code::IDEMPOTENCY_IN_FLIGHT, detail).retry_after_s(1));
        }
        match store::find(conn, &gateway.vault, self.tenant, key).await? {
            None => Ok(None),
            Some((fingerprint, response)) if fingerprint == self.fingerprint => Ok(Some(response)),
            Some(_) => {
                let detail = "This key was used with another method, path or body; use a new key for a new request.";
                Err(ApiError::new(&code::IDEMPOTENCY_MISMATCH, detail))
            }
        }
    }

    /// Stores the response in the same transaction.
    pub async fn complete(
        &self,
        gateway: &Gateway,
        conn: &mut PgConnection,
        response: &StoredResponse,
    ) -> Result<(), ApiError> {
        let Some(key) = &self.key else { return Ok(()) };
        store::insert(conn, &gateway.vault, self.tenant, key, &self.fingerprint, response).await
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

    #[test]
    fn the_fingerprint_covers_method_path_and_body() {
        let attempt = |method: &str, path: &str, body: &[u8]| {
            Idempotency { key: None, method: method.to_owned(), path: path.to_owned() }.attempt(TenantId::SYSTEM, body)
        };
        let first = attempt("POST", "/a", b"b").fingerprint;
        assert_eq!(first, attempt("POST", "/a", b"b").fingerprint);
        for other in [attempt("PUT", "/a", b"b"), attempt("POST", "/ab", b""), attempt("POST", "/a", b"c")] {
            assert_ne!(first, other.fingerprint);
        }
    }
}
