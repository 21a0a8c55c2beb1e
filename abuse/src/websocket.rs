//! A client of WebSockets (RFC 6455) that speaks well or badly. Invariant: each read ends within
//! [`PATIENCE`](crate::connection::PATIENCE), and a frame that is read has at most [`FRAME_BYTES_MAX`].

use crate::{connection::Connection, context::Context, http::Request};
use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use std::net::Ipv4Addr;

/// The sub-protocol of sockets of events.
pub(crate) const EVENTS: &str = "waymark.events.v1";
/// The sub-protocol of subscriptions.
pub(crate) const GRAPHQL: &str = "graphql-transport-ws";

/// The opcode of a frame with text.
pub(crate) const TEXT: u8 = 1;
/// The opcode of a further part of a message.
pub(crate) const CONTINUATION: u8 = 0;
/// The opcode of a frame with bytes.
pub(crate) const BINARY: u8 = 2;
/// The opcode of the end.
pub(crate) const CLOSE: u8 = 8;
/// The opcode of a ping.
pub(crate) const PING: u8 = 9;
/// The opcode of the answer to a ping.
pub(crate) const PONG: u8 = 10;
/// The bit of the last part of a message.
const LAST: u8 = 0x80;
/// The bit that says that a frame is masked, as those of a client are.
const MASKED: u8 = 0x80;
/// The length that says that 2 bytes with the length follow.
const SHORT: u8 = 0x7e;
/// The length that says that 8 bytes with the length follow.
const LONG: u8 = 0x7f;
/// The largest frame that is read.
const FRAME_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// What the server sent.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Received {
    Text(Value),
    /// The close code; 0 without one.
    Close(u16),
    /// The connection ended without a close frame.
    End,
}

/// An open socket.
pub(crate) struct Socket {
    pub(crate) connection: Connection,
}

/// The request that opens a socket.
pub(crate) fn handshake(protocol: &str, token: Option<&str>) -> Request {
    let path = if protocol == GRAPHQL { "/graphql" } else { "/v1/events/socket" };
    let request = Request::get(path)
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==")
        .header("sec-websocket-protocol", protocol);
    match token {
        Some(token) => request.bearer(token),
        None => request,
    }
}

/// A whole message with text.
pub(crate) fn text(text: &str) -> Vec<u8> {
    frame(TEXT, true, text.as_bytes())
}

/// A frame of a client. Its mask is zero, so the payload is as given.
pub(crate) fn frame(opcode: u8, is_last: bool, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![opcode | if is_last { LAST } else { 0 }];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length), _) if length < SHORT => bytes.push(MASKED | length),
        (_, Ok(length)) => {
            bytes.push(MASKED | SHORT);
            bytes.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            bytes.push(MASKED | LONG);
            bytes.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(payload);
    bytes
}

/// The message that subscribes to events.
pub(crate) fn subscribe(after: u64, credit: u64) -> String {
    json!({ "type": "subscribe", "after": after, "credit": credit }).to_string()
}

impl Socket {
    /// Opens a socket from an address.
    ///
    /// # Errors
    /// When the handshake is refused; its status and code are in the message.
    pub(crate) async fn open(
        context: &Context,
        source: Ipv4Addr,
        protocol: &str,
        token: Option<&str>,
    ) -> anyhow::Result<Self> {
        let mut connection = Connection::open(context.server, source).await?;
        connection.write(&handshake(protocol, token).to_bytes("localhost")).await?;
        let answer = connection.switch().await?;
        ensure!(answer.status == 101, "the handshake: {} {}", answer.status, answer.code());
        Ok(Self { connection })
    }

    /// A socket of the attacker that is subscribed to events.
    pub(crate) async fn subscribed(context: &Context, after: u64, credit: u64) -> anyhow::Result<Self> {
        let attacker = &context.attacker;
        let mut socket = Self::open(context, attacker.source, EVENTS, Some(&attacker.token)).await?;
        socket.send(&subscribe(after, credit)).await?;
        let answer = socket.next().await?;
        ensure!(matches!(&answer, Received::Text(text) if text["type"] == "subscribed"), "subscribing: {answer:?}");
        Ok(socket)
    }

    /// A socket of the attacker for subscriptions, whose caller is known.
    pub(crate) async fn graphql(context: &Context) -> anyhow::Result<Self> {
        let attacker = &context.attacker;
        let mut socket = Self::open(context, attacker.source, GRAPHQL, Some(&attacker.token)).await?;
        socket.send(r#"{"type":"connection_init"}"#).await?;
        let answer = socket.next().await?;
        ensure!(matches!(&answer, Received::Text(text) if text["type"] == "connection_ack"), "beginning: {answer:?}");
        Ok(socket)
    }

    /// Sends a message.
    pub(crate) async fn send(&mut self, message: &str) -> anyhow::Result<()> {
        self.connection.write(&text(message)).await
    }

    /// The next message; pings are answered.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Received> {
        loop {
            let Some((opcode, payload)) = self.frame().await? else { return Ok(Received::End) };
            match opcode {
                TEXT => return Ok(Received::Text(serde_json::from_slice(&payload).context("JSON")?)),
                CLOSE => {
                    let code = payload.first_chunk().map_or(0, |code| u16::from_be_bytes(*code));
                    return Ok(Received::Close(code));
                }
                // The server may have closed meanwhile.
                PING => drop(self.connection.write(&frame(PONG, true, &payload)).await),
                _ => {}
            }
        }
    }

    /// Reads until the end of the socket, and returns the close code; `None` without one.
    pub(crate) async fn end(&mut self) -> anyhow::Result<Option<u16>> {
        loop {
            match self.next().await? {
                Received::Text(_) => {}
                Received::Close(code) => return Ok(Some(code)),
                Received::End => return Ok(None),
            }
        }
    }

    /// The opcode and payload of the next frame; `None` at the end.
    async fn frame(&mut self) -> anyhow::Result<Option<(u8, Vec<u8>)>> {
        // A connection that was broken off has ended, too.
        let Ok(head) = self.connection.read_exactly(2).await else { return Ok(None) };
        let length = match head[1] & LONG {
            SHORT => self.connection.read_exactly(2).await.map(|bytes| number(&bytes)),
            LONG => self.connection.read_exactly(8).await.map(|bytes| number(&bytes)),
            length => Ok(usize::from(length)),
        };
        let Ok(length) = length else { return Ok(None) };
        ensure!(length <= FRAME_BYTES_MAX, "a frame of {length} bytes");
        let payload = self.connection.read_exactly(length).await.ok();
        Ok(payload.map(|payload| (head[0] & 0x0f, payload)))
    }
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| (number << 8) | usize::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_state_their_length_in_the_shortest_form() {
        assert_eq!(frame(TEXT, true, b"ab"), [0x81, 0x82, 0, 0, 0, 0, b'a', b'b']);
        assert_eq!(frame(CONTINUATION, false, b""), [0, 0x80, 0, 0, 0, 0]);
        assert_eq!(frame(TEXT, true, &[b'a'; 126])[..4], [0x81, 0xfe, 0, 126]);
        assert_eq!(frame(TEXT, true, &vec![b'a'; 65_536])[..10], [0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]);
        assert_eq!(number(&[1, 0]), 256);
    }
}
