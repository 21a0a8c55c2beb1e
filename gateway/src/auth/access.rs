//! Extractors that declare the access of a handler. Invariant: the OpenAPI document shows the security that the
//! extractor checks. Every handler routed by `routes!` begins with an [`Access`].

use super::{
    authenticate::Schemes,
    principal::Principal,
    scope::{RequiredScope, Scope},
};
use crate::{body, budget, error::ApiError, state::Gateway};
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::{marker::PhantomData, ops::Deref, sync::Arc};
use utoipa::openapi::SecurityRequirement;

/// A caller who holds the scope `S`. It authenticates as a bearer or by HTTP Basic.
#[derive(Clone, Debug)]
pub struct Scoped<S> {
    pub principal: Principal,
    scope: PhantomData<S>,
}

/// A caller who holds at least one of two scopes. The handler then requires the one that its body needs. The caller
/// authenticates as one of [`Scoped`] does.
#[derive(Clone, Debug)]
pub struct EitherScope<A, B> {
    principal: Principal,
    scopes: PhantomData<(A, B)>,
}

/// Any bearer of valid credentials. The handler or its resolvers check scopes.
#[derive(Clone, Debug)]
pub struct Authenticated(pub Principal);

/// Anybody, without credentials. The type makes this explicit in the handler's signature.
#[derive(Clone, Copy, Debug)]
pub struct Public;

impl<S: RequiredScope> FromRequestParts<Arc<Gateway>> for Scoped<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self, ApiError> {
        let principal = gateway.authenticate(parts, Schemes::BearerOrBasic).await?;
        principal.require(S::SCOPE)?;
        Ok(Self { principal, scope: PhantomData })
    }
}

impl<A: RequiredScope, B: RequiredScope> FromRequestParts<Arc<Gateway>> for EitherScope<A, B> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self, ApiError> {
        let principal = gateway.authenticate(parts, Schemes::BearerOrBasic).await?;
        principal.require(A::SCOPE).or_else(|refused| principal.require(B::SCOPE).map_err(|_| refused))?;
        Ok(Self { principal, scopes: PhantomData })
    }
}

impl FromRequestParts<Arc<Gateway>> for Authenticated {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self, ApiError> {
        gateway.authenticate(parts, Schemes::Bearer).await.map(Self)
    }
}

impl FromRequestParts<Arc<Gateway>> for Public {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Gateway>) -> Result<Self, ApiError> {
        // A body is read before room is taken, so that a slow sender holds no room.
        if !body::is_announced(&parts.headers) {
            budget::enter_public().await?;
        }
        Ok(Self)
    }
}

impl<S> Deref for Scoped<S> {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.principal
    }
}

impl<A, B> Deref for EitherScope<A, B> {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.principal
    }
}

impl Deref for Authenticated {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.0
    }
}

/// An extractor that declares access.
pub trait Access {
    /// The alternative security requirements shown in the OpenAPI document.
    fn security() -> Vec<SecurityRequirement>;
}

impl<S: RequiredScope> Access for Scoped<S> {
    fn security() -> Vec<SecurityRequirement> {
        [BEARER, BASIC].map(|scheme| requirement(scheme, &[S::SCOPE])).into()
    }
}

impl<A: RequiredScope, B: RequiredScope> Access for EitherScope<A, B> {
    fn security() -> Vec<SecurityRequirement> {
        let either = |scheme| [requirement(scheme, &[A::SCOPE]), requirement(scheme, &[B::SCOPE])];
        [either(BEARER), either(BASIC)].concat()
    }
}

impl Access for Authenticated {
    fn security() -> Vec<SecurityRequirement> {
        vec![requirement(BEARER, &[])]
    }
}

impl Access for Public {
    fn security() -> Vec<SecurityRequirement> {
        vec![SecurityRequirement::default()]
    }
}

/// The security schemes of the OpenAPI document in which a caller authenticates.
pub(crate) const BEARER: &str = "bearer";
pub(crate) const BASIC: &str = "basic";

/// A scheme, and the scopes that the caller needs.
fn requirement(scheme: &str, scopes: &[Scope]) -> SecurityRequirement {
    SecurityRequirement::new(scheme, scopes.iter().map(|scope| scope.as_str()))
}
