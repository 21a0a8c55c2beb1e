//! Access of probes: anybody, within a small room of their own. Invariant: probes take no room from tenants.

use super::{livez, readyz, show_metrics};
use crate::{
    auth::access::Access,
    error::{ApiError, code},
    state::Gateway,
};
use axum::{Extension, Router, extract::FromRequestParts, middleware::from_fn_with_state, routing::get};
use http::request::Parts;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::openapi::SecurityRequirement;

/// Marks requests of the listener that serves health only.
#[derive(Clone, Copy, Debug)]
pub struct HealthListener;

/// Anybody, for an answer that costs nothing: it needs no room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Free;

/// A probe, by anybody, with its room.
#[derive(Debug)]
pub(crate) struct Probe(#[expect(dead_code, reason = "held until the answer is made")] OwnedSemaphorePermit);

impl Access for Free {
    fn security() -> Vec<SecurityRequirement> {
        vec![SecurityRequirement::default()]
    }
}

impl Access for Probe {
    fn security() -> Vec<SecurityRequirement> {
        vec![SecurityRequirement::default()]
    }
}

impl FromRequestParts<Arc<Gateway>> for Free {
    type Rejection = ApiError;

    async fn from_request_parts(_: &mut Parts, _: &Arc<Gateway>) -> Result<Self, ApiError> {
        Ok(Self)
    }
}

impl FromRequestParts<Arc<Gateway>> for Probe {
    type Rejection = ApiError;

    async fn from_request_parts(_: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self, ApiError> {
        match Arc::clone(&gateway.health.room).try_acquire_owned() {
            Ok(room) => Ok(Self(room)),
            Err(_) => Err(ApiError::new(&code::OVERLOADED, "Too many probes at once.").retry_after_s(1)),
        }
    }
}

/// The router of the listener that serves health only.
pub fn listener_router(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .route("/metrics", get(show_metrics))
        .layer(from_fn_with_state(Arc::clone(&gateway), crate::admission::observe))
        .layer(Extension(HealthListener))
        .with_state(gateway)
}
