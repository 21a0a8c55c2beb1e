//! Extractors that say who may call a handler. Invariant: each handler begins with exactly one of them.

use super::principal::Principal;
use super::scope::RequiredScope;
use crate::error::ApiError;
use crate::state::Gateway;
use axum::extract::FromRequestParts;
use axum::handler::Handler;
use http::request::Parts;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

/// A caller who holds the scope `S`.
#[derive(Clone, Debug)]
pub struct Scoped<S> {
    /// The caller.
    pub principal: Principal,
    scope: PhantomData<S>,
}

/// Any caller with valid credentials; what it may see is decided further in.
#[derive(Clone, Debug)]
pub struct Authenticated(pub Principal);

/// Anybody, without credentials. It says in the signature that this is meant.
#[derive(Clone, Copy, Debug)]
pub struct Public;

impl<S: RequiredScope> FromRequestParts<Arc<Gateway>> for Scoped<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self, ApiError> {
        let principal = gateway.authenticate(parts).await?;
        principal.require(S::SCOPE)?;
        Ok(Self { principal, scope: PhantomData })
    }
}

impl FromRequestParts<Arc<Gateway>> for Authenticated {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self, ApiError> {
        gateway.authenticate(parts).await.map(Self)
    }
}

impl FromRequestParts<Arc<Gateway>> for Public {
    type Rejection = ApiError;

    async fn from_request_parts(_: &mut Parts, _: &Arc<Gateway>) -> Result<Self, ApiError> {
        Ok(Self)
    }
}

impl<S> Deref for Scoped<S> {
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

/// An extractor that says who may call.
pub trait Access {}
impl<S: RequiredScope> Access for Scoped<S> {}
impl Access for Authenticated {}
impl Access for Public {}

/// The arguments of a handler whose first one is an [`Access`].
pub trait BeginsWithAccess {}

macro_rules! begins_with_access {
    ($($rest:ident),*) => {
        // `Via` is the marker that axum puts in front of a handler's arguments.
        impl<Via, First: Access, $($rest),*> BeginsWithAccess for (Via, First, $($rest,)*) {}
    };
}
begins_with_access!();
begins_with_access!(A);
begins_with_access!(A, B);
begins_with_access!(A, B, C);
begins_with_access!(A, B, C, D);
begins_with_access!(A, B, C, D, E);
begins_with_access!(A, B, C, D, E, F);
begins_with_access!(A, B, C, D, E, F, G);

/// Compiles for handlers that say who may call them, and does nothing; see `routes!`.
pub fn assert_declared<H, T>(_: &H)
where
    H: Handler<T, Arc<Gateway>>,
    T: BeginsWithAccess,
{
}

/// `utoipa_axum::routes!` for handlers that say who may call them; for any other it does not compile.
#[macro_export]
macro_rules! routes {
    ($($handler:path),+ $(,)?) => {{
        $($crate::auth::access::assert_declared(&$handler);)+
        utoipa_axum::routes!($($handler),+)
    }};
}
