//! Reads the messages of a socket. Invariant: each message counts as a request of its tenant. Before the caller is
//! known, only one message is read.

use super::{
    Connection, SOCKET_FRAME_BYTES_MAX, SOCKET_MESSAGE_BYTES_MAX, code,
    end::{Ended, malformed},
    wire::{Left, TooMuch},
};
use crate::{
    auth::Principal,
    error::ApiError,
    serve::{Place, Running},
    state::Gateway,
};
use futures::{StreamExt as _, stream::SplitStream};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

/// The pings of a socket, which are numbered from 1.
#[derive(Debug)]
pub(super) struct Pings {
    pub(super) sent: AtomicU64,
    /// The last one that was answered.
    pub(super) answered: watch::Sender<u64>,
}

/// The reading half of a socket.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(super) stream: SplitStream<Connection>,
    pub(super) pings: Arc<Pings>,
    pub(super) left: Left,
    counted: Option<(Arc<Gateway>, Principal)>,
    place: Option<Arc<Place>>,
    running: Option<Running>,
}

impl Incoming {
    pub(super) fn new(stream: SplitStream<Connection>, left: Left) -> Self {
        let pings = Pings { sent: AtomicU64::new(0), answered: watch::Sender::new(0) };
        Self { stream, pings: Arc::new(pings), left, counted: None, place: None, running: None }
    }

    /// Counts what is read from now on for a caller. `place` is that of the connection.
    pub(crate) fn count_for(&mut self, gateway: Arc<Gateway>, caller: Principal, place: Option<Arc<Place>>) {
        self.counted = Some((gateway, caller));
        self.place = place;
    }

    /// Keeps the place of the connection as a running request does. Call it once the socket has a place among all
    /// streams, which bounds how many do so: a socket may be silent for longer than idle connections are, so without
    /// this, those of others would take its place.
    pub(crate) fn keep_place(&mut self) {
        self.running = self.place.as_deref().map(Place::run);
    }

    /// The next text. Nothing is lost when the future is dropped before.
    pub(crate) async fn next(&mut self) -> Result<Utf8Bytes, Ended> {
        loop {
            let message = match self.stream.next().await {
                None => return Err(Ended::ByClient),
                Some(message) => message.map_err(fault)?,
            };
            self.left.renew();
            match message {
                Message::Pong(payload) if self.answers(&payload) => {}
                Message::Text(text) => {
                    self.count()?;
                    return Ok(text);
                }
                Message::Ping(_) | Message::Pong(_) if self.counted.is_some() => self.count()?,
                Message::Ping(_) | Message::Pong(_) => {
                    let detail = "Show credentials before anything else.";
                    return Err(ApiError::new(&code::OUT_OF_ORDER, detail).into());
                }
                Message::Binary(_) => return Err(malformed("Send messages as text.")),
                Message::Close(_) | Message::Frame(_) => return Err(Ended::ByClient),
            }
        }
    }

    fn count(&self) -> Result<(), ApiError> {
        match &self.counted {
            Some((gateway, caller)) => gateway.count(caller).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Notes the answer to a ping; whether it is one.
    fn answers(&self, payload: &[u8]) -> bool {
        let Ok(number) = <[u8; 8]>::try_from(payload).map(u64::from_be_bytes) else { return false };
        let is_one = number > *self.pings.answered.borrow() && number <= self.pings.sent.load(Ordering::Relaxed);
        if is_one {
            self.pings.answered.send_replace(number);
        }
        is_one
    }
}

/// Why a socket cannot be read further.
fn fault(error: Error) -> Ended {
    match error {
        Error::Capacity(_) => {
            let detail = format!(
                "A message has at most {SOCKET_MESSAGE_BYTES_MAX} bytes, and a frame at most {SOCKET_FRAME_BYTES_MAX}."
            );
            ApiError::new(&code::MESSAGE_TOO_LARGE, detail).into()
        }
        Error::Io(error) if TooMuch::is_in(&error) => {
            ApiError::new(&code::MESSAGE_TOO_LARGE, format!("{TooMuch}.")).into()
        }
        Error::Utf8(_) => malformed("Send text in UTF-8."),
        // A client that goes away without a word breaks a rule, too, but there is nobody left to tell.
        Error::Protocol(rule) => malformed(format!("A rule of RFC 6455 is broken: {rule}.")),
        _ => Ended::ByClient,
    }
}
