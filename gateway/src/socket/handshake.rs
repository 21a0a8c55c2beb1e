//! The opening handshake (RFC 6455, section 4.2). Invariant: a request that is not one is refused as a problem before
//! the connection is taken over, and a socket ends with its connection.

use super::{Ended, Farewell, Incoming, Outgoing, code, end, introduction::Visitor};
use crate::{
    auth::{Principal, Standing, access::Access, authenticate::Schemes},
    budget::Uncharged,
    error::{ApiError, code as common},
    serve::{Place, Stopping},
    state::Gateway,
    trace,
};
use axum::{
    Extension,
    extract::FromRequestParts,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header, request::Parts};
use hyper::upgrade::OnUpgrade;
use std::sync::Arc;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use utoipa::openapi::SecurityRequirement;

/// The length of a key: 16 bytes in base64.
const KEY_CHARS: usize = 24;
/// The version of the protocol.
const VERSION: HeaderValue = HeaderValue::from_static("13");

/// Whether a request asks for a WebSocket, well or not.
pub fn is_asked(headers: &HeaderMap) -> bool {
    lists(headers, &header::UPGRADE, "websocket")
}

/// Whether one of the elements of a header is `wanted`, in any case.
fn lists(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|element| element.trim().eq_ignore_ascii_case(wanted))
}

/// The access `A`, or a client that asks for a WebSocket without the header `Authorization`: it shows its credentials
/// in its first message.
#[derive(Clone, Debug)]
pub(crate) struct OrByMessage<A>(pub(crate) Option<A>);

impl<A> FromRequestParts<Arc<Gateway>> for OrByMessage<A>
where
    A: FromRequestParts<Arc<Gateway>, Rejection = ApiError>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self, ApiError> {
        if is_asked(&parts.headers) && !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Self(None));
        }
        A::from_request_parts(parts, gateway).await.map(|access| Self(Some(access)))
    }
}

impl<A: Access> Access for OrByMessage<A> {
    fn security() -> Vec<SecurityRequirement> {
        A::security()
    }
}

/// A connection that is about to become a WebSocket.
pub(crate) struct Upgrade {
    accept: HeaderValue,
    /// The sub-protocol, if the address has one.
    protocol: Option<HeaderValue>,
    connection: OnUpgrade,
    place: Option<Arc<Place>>,
    stopping: Stopping,
}

impl Upgrade {
    /// Reads the handshake of a request for one sub-protocol, or for an address without one.
    ///
    /// # Errors
    /// `request.upgrade_required`, `request.invalid_header`.
    pub(crate) fn of(parts: &Parts, protocol: Option<&'static str>) -> Result<Self, ApiError> {
        let Parts { headers, extensions, version, .. } = parts;
        let is_upgrade = lists(headers, &header::CONNECTION, "upgrade") && *version == Version::HTTP_11;
        let Some(connection) = extensions.get::<OnUpgrade>().filter(|_| is_upgrade && is_asked(headers)) else {
            return Err(upgrade_required("Connect with a WebSocket client."));
        };
        if headers.get(header::SEC_WEBSOCKET_VERSION) != Some(&VERSION) {
            return Err(upgrade_required("The version of the WebSocket protocol is 13."));
        }
        let key = headers.get(header::SEC_WEBSOCKET_KEY).filter(|key| key.len() == KEY_CHARS);
        let Some(key) = key else {
            return Err(invalid("Sec-WebSocket-Key", "A key has 16 bytes in base64.".to_owned()));
        };
        if let Some(protocol) = protocol
            && !lists(headers, &header::SEC_WEBSOCKET_PROTOCOL, protocol)
        {
            return Err(invalid("Sec-WebSocket-Protocol", format!("Ask for the sub-protocol `{protocol}`.")));
        }
        let accept = derive_accept_key(key.as_bytes());
        Ok(Self {
            accept: HeaderValue::try_from(accept).map_err(|error| ApiError::internal(&error))?,
            protocol: protocol.map(HeaderValue::from_static),
            connection: connection.clone(),
            place: extensions.get::<Arc<Place>>().cloned(),
            stopping: Stopping::of(extensions),
        })
    }

    /// The client of the socket, with the caller of the request's head.
    pub(crate) fn visitor(
        &self,
        gateway: Arc<Gateway>,
        caller: Option<Principal>,
        parts: &Parts,
        schemes: Schemes,
    ) -> Visitor {
        let (stopping, place) = (self.stopping.clone(), self.place.clone());
        Visitor { gateway, caller, standing: Standing::of(parts, schemes), stopping, place }
    }

    /// Answers the request, and runs `session` on the socket until it ends, the service stops or the place of the
    /// connection is taken.
    pub(crate) fn run(self, visitor: Visitor, mut session: impl Session) -> Response {
        let Self { accept, protocol, connection, place, stopping } = self;
        let times = visitor.gateway.config.socket_times;
        let work = async move {
            let Ok(upgraded) = connection.await else { return };
            let (mut incoming, mut outgoing) = super::take_over(upgraded, times).await;
            let talk = session.talk(visitor, &mut incoming, &mut outgoing);
            let stopped = || ApiError::new(&common::STOPPING, "The service stops; connect again.").into();
            let ended = stopping.run_until_cancelled(talk).await.unwrap_or_else(stopped);
            let farewell = session.farewell(&ended);
            // Its place is free while the client is told.
            drop(session);
            end::end(incoming, outgoing, farewell).await;
        };
        tokio::spawn(trace::inherit(async move {
            match &place {
                Some(place) => tokio::select! {
                    () = work => {}
                    () = place.closed() => {}
                },
                None => work.await,
            }
        }));
        let headers = [
            (header::CONNECTION, HeaderValue::from_static("upgrade")),
            (header::UPGRADE, HeaderValue::from_static("websocket")),
            (header::SEC_WEBSOCKET_ACCEPT, accept),
        ];
        // A socket has budgets of its own and holds no room of requests.
        let mut response = (StatusCode::SWITCHING_PROTOCOLS, Extension(Uncharged), headers).into_response();
        response.headers_mut().extend(protocol.map(|protocol| (header::SEC_WEBSOCKET_PROTOCOL, protocol)));
        response
    }
}

/// A sub-protocol on one socket.
pub(crate) trait Session: Send + 'static {
    /// Talks with the client until the socket must end. The future is dropped when the service stops.
    fn talk(
        &mut self,
        visitor: Visitor,
        incoming: &mut Incoming,
        outgoing: &mut Outgoing,
    ) -> impl Future<Output = Ended> + Send;

    /// What the client is told at the end; `None` when it ended the socket.
    fn farewell(&self, ended: &Ended) -> Option<Farewell>;
}

fn upgrade_required(detail: &'static str) -> ApiError {
    ApiError::new(&code::UPGRADE_REQUIRED, detail)
        .with_header(header::CONNECTION, HeaderValue::from_static("upgrade"))
        .with_header(header::UPGRADE, HeaderValue::from_static("websocket"))
        .with_header(header::SEC_WEBSOCKET_VERSION, VERSION)
}

fn invalid(name: &'static str, detail: String) -> ApiError {
    let fault = detail.clone();
    ApiError::new(&common::INVALID_HEADER, detail).at(format!("/{name}"), common::INVALID_HEADER.name, fault)
}
