//! Credentials of an answer that lasts, such as a stream. Invariant: they are checked again as long as it lasts, in the
//! same way as those of a request.

use super::{Principal, Scope, authenticate::Schemes};
use crate::{client_address::ClientAddress, error::ApiError, serve::Stopping, state::Gateway};
use http::{HeaderMap, HeaderValue, header, request::Parts};
use std::{fmt, sync::Arc};

/// Credentials as they were shown.
#[derive(Clone)]
pub(crate) struct Standing {
    headers: HeaderMap,
    schemes: Schemes,
    address: ClientAddress,
}

impl fmt::Debug for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standing")
            .field("schemes", &self.schemes)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Standing {
    /// The credentials of a request.
    pub(crate) fn of(parts: &Parts, schemes: Schemes) -> Self {
        let values = parts.headers.get_all(header::AUTHORIZATION).iter();
        let headers = values.map(|value| (header::AUTHORIZATION, value.clone())).collect();
        Self { headers, schemes, address: ClientAddress::of(&parts.extensions) }
    }

    /// The same client with other credentials: the value of a header `Authorization`. Without one it has none.
    pub(crate) fn with(&self, authorization: Option<&str>) -> Self {
        let value = authorization.and_then(|text| HeaderValue::from_str(text).ok());
        let headers = value.map(|value| (header::AUTHORIZATION, value)).into_iter().collect();
        Self { headers, ..self.clone() }
    }

    /// Returns the caller, as the credentials are valid now.
    ///
    /// # Errors
    /// As `Gateway::identify`.
    pub(crate) async fn check(&self, gateway: &Gateway) -> Result<Principal, ApiError> {
        gateway.identify(&self.headers, self.schemes, self.address).await
    }
}

/// What an answer that lasts needs to know of its request.
#[derive(Clone, Debug)]
pub(crate) struct Lasting {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) caller: Principal,
    pub(crate) standing: Standing,
    pub(crate) stopping: Stopping,
}

impl Lasting {
    /// Checks that the caller's credentials still hold a scope.
    ///
    /// # Errors
    /// Those of [`Standing::check`]; `auth.insufficient_scope`.
    pub(crate) async fn check(&self, scope: Scope) -> Result<(), ApiError> {
        self.standing.check(&self.gateway).await?.require(scope)
    }
}
