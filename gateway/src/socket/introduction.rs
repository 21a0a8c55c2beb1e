//! The introduction of a caller on an open socket: the message `connection_init` with credentials, as clients of
//! `graphql-transport-ws` send it. Invariant: credentials of the request's head have precedence, and both kinds are
//! checked in the same way.

use super::{Ended, Incoming};
use crate::{
    auth::{Lasting, Principal, Standing},
    body::parse_json,
    error::{ApiError, code},
    serve::{Place, Stopping},
    state::Gateway,
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What a client says of itself (`connectionParams`). Other members are ignored.
#[derive(Clone, Deserialize, Default, ToSchema)]
pub(crate) struct Introduction {
    /// The value of a header `Authorization`, such as `Bearer <token>`.
    #[serde(alias = "Authorization")]
    authorization: Option<String>,
}

/// The message `connection_init` of an address without a sub-protocol.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectionInit {
    #[serde(rename = "type")]
    _kind: Kind,
    payload: Option<Introduction>,
}

#[derive(Deserialize)]
enum Kind {
    #[serde(rename = "connection_init")]
    ConnectionInit,
}

impl Introduction {
    /// Reads the message `connection_init`.
    ///
    /// # Errors
    /// `request.malformed_json`, `request.invalid_field`.
    pub(crate) fn read(text: &str) -> Result<Self, ApiError> {
        let ConnectionInit { payload, .. } = parse_json(text.as_bytes())?;
        Ok(payload.unwrap_or_default())
    }
}

/// A client whose caller may not be known yet.
pub(crate) struct Visitor {
    pub(crate) gateway: Arc<Gateway>,
    /// The caller with the credentials of the request's head.
    pub(crate) caller: Option<Principal>,
    pub(crate) standing: Standing,
    pub(crate) stopping: Stopping,
    pub(crate) place: Option<Arc<Place>>,
}

impl Visitor {
    /// Returns the caller; what it sends from now on counts for it.
    ///
    /// # Errors
    /// `auth.unauthenticated` without credentials, and the other errors of `Gateway::introduce`.
    pub(crate) async fn introduce(self, said: Option<Introduction>, from: &mut Incoming) -> Result<Lasting, Ended> {
        let Self { gateway, caller, mut standing, stopping, place } = self;
        let caller = if let Some(caller) = caller {
            caller
        } else {
            let said = said.unwrap_or_default();
            standing = standing.with(said.authorization.as_deref());
            gateway.introduce(&standing, place.as_ref()).await?
        };
        from.count_for(Arc::clone(&gateway), caller.clone(), place);
        Ok(Lasting { gateway, caller, standing, stopping })
    }
}

/// The refusal of a message that comes at the wrong time.
pub(crate) fn out_of_order(detail: &'static str) -> ApiError {
    ApiError::new(&super::code::OUT_OF_ORDER, detail).at("/type", code::INVALID_FIELD.name, "is not expected now")
}
