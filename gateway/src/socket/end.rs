//! The end of a socket. Invariant: a client that reads receives the reason, even if it sent messages that the service
//! never read.

use super::{Connection, Incoming, Outgoing, SOCKET_DROPPED_BYTES_MAX, SOCKET_END_MS_MAX, code};
use crate::error::{ApiError, code as common};
use futures::{SinkExt as _, StreamExt as _};
use std::{borrow::Cow, time::Duration};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

/// The most bytes of the reason of a close frame (RFC 6455, section 5.5).
const REASON_BYTES_MAX: usize = 123;
/// The size of the steps in which bytes are dropped that nobody reads any more.
const DROPPED_BYTES: usize = 8 * 1_024;

/// Why a socket ends.
#[derive(Clone, Debug)]
pub(crate) enum Ended {
    /// The client closed it, or is gone.
    ByClient,
    /// The service ends it; the close code follows from that of the problem.
    For(ApiError),
    /// The service ends it with a close code of its sub-protocol.
    With(u16, ApiError),
}

impl From<ApiError> for Ended {
    fn from(error: ApiError) -> Self {
        Self::For(error)
    }
}

/// The end of a socket whose frames are not those of the protocol.
pub(super) fn malformed(detail: impl Into<Cow<'static, str>>) -> Ended {
    ApiError::new(&code::MALFORMED_FRAME, detail).into()
}

impl Ended {
    /// The problem and the close code (RFC 6455, section 7.4; above 4,000 those that clients of
    /// `graphql-transport-ws` know); `None` when the client ended the socket.
    pub(crate) fn problem(&self) -> Option<(u16, &ApiError)> {
        match self {
            Self::ByClient => None,
            Self::With(close, error) => Some((*close, error)),
            Self::For(error) => Some((close_code(error), error)),
        }
    }
}

/// The close code of a problem.
fn close_code(error: &ApiError) -> u16 {
    if error.code() == &common::STOPPING {
        return 1001;
    }
    match error.code().status {
        413 => 1009,
        401 | 403 => 4403,
        408 | 429 | 503 => 1013,
        500.. => 1011,
        _ => 4400,
    }
}

/// The last things that a client is told.
#[derive(Clone, Debug)]
pub(crate) struct Farewell {
    /// A last message. It is left out when the message before it was not sent whole.
    pub(crate) text: Option<String>,
    pub(crate) close: u16,
    pub(crate) reason: String,
}

/// Ends a socket.
pub(super) async fn end(incoming: Incoming, outgoing: Outgoing, farewell: Option<Farewell>) {
    let is_within = outgoing.is_within();
    // The halves are those of one socket.
    let Ok(mut connection) = outgoing.sink.reunite(incoming.stream) else { return };
    let ending = async {
        if let Some(Farewell { text, close, mut reason }) = farewell {
            reason.truncate(reason.floor_char_boundary(REASON_BYTES_MAX));
            let frame = CloseFrame { code: close.into(), reason: reason.into() };
            // A message that was cut off is not ended: the client must not take it for whole.
            let text = text.filter(|_| !is_within).map(Message::text).into_iter();
            for message in text.chain([Message::Close(Some(frame))]) {
                if connection.send(message).await.is_err() {
                    return;
                }
            }
        }
        drop_rest(&mut connection).await;
    };
    // A client that takes longer does not get the reason.
    let _ = tokio::time::timeout(Duration::from_millis(SOCKET_END_MS_MAX), ending).await;
}

/// Reads what the client still sends, until it closes. Bytes that were not read would make the system break the
/// connection off, and the reason might not arrive. If the client still sends messages, a limited number of their bytes
/// is parsed; later bytes are dropped unparsed.
async fn drop_rest(connection: &mut Connection) {
    let left = connection.get_ref().left();
    left.renew();
    while let Some(Ok(_)) = connection.next().await {}
    left.lift();
    let stream = connection.get_mut();
    let (mut dropped, mut bytes) = ([0; DROPPED_BYTES], 0);
    if stream.shutdown().await.is_ok() {
        while let Ok(count @ 1..) = stream.read(&mut dropped).await
            && bytes < SOCKET_DROPPED_BYTES_MAX
        {
            bytes += count;
        }
    }
}
