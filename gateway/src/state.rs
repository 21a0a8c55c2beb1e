//! What every handler shares. Invariant: cheap to clone behind its [`Arc`](std::sync::Arc), and built once by the
//! composition root.

use crate::auth::Principal;
use crate::config::GatewayConfig;
use crate::error::{ApiError, code};
use crate::page::CursorSigner;
use crate::rate_limit::RateLimit;
use crate::vault::Vault;
use http::HeaderMap;
use sqlx::PgPool;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

/// The gateway: the state of the router.
#[derive(Debug)]
pub struct Gateway {
    /// Connections of the role `waymark_app`; use them through [`crate::db::run`].
    pub pool: PgPool,
    /// Keys of tenants and of the gateway, under envelope encryption.
    pub vault: Arc<Vault>,
    /// Signs paging cursors.
    pub cursors: CursorSigner,
    /// The rate of each tenant.
    pub tenant_rate: RateLimit<Uuid>,
    /// Settings.
    pub config: GatewayConfig,
    /// When this process began to serve.
    pub started: Instant,
}

impl Gateway {
    /// Who sends a request with these headers; also takes the request from the tenant's rate.
    ///
    /// # Errors
    /// `auth.unauthenticated`, `auth.invalid_token`, or `limit.rate`.
    #[expect(clippy::unused_async, reason = "reading a credential's state asks the database")]
    pub async fn authenticate(&self, _headers: &HeaderMap) -> Result<Principal, ApiError> {
        Err(ApiError::new(&code::UNAUTHENTICATED, "Send `Authorization: Bearer <token>`."))
    }
}
