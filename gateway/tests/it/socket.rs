//! A client of WebSockets for tests, over a real connection.

use crate::harness::Served;
use futures::{SinkExt as _, StreamExt as _};
use http::{Request, Response, StatusCode, header};
use serde_json::Value;
use std::net::SocketAddr;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        handshake::client::generate_key,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

/// What comes from the server.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Frame {
    Json(Value),
    /// A text that is not JSON.
    Text(String),
    Ping,
    Close(u16, String),
    /// The connection ended.
    End,
}

/// An open socket.
pub(crate) struct Client {
    pub(crate) stream: WebSocketStream<TcpStream>,
}

/// The request that opens a socket.
pub(crate) fn handshake(path: &str, protocol: &str, bearer: Option<&str>) -> Request<()> {
    let mut request = plain_handshake(path, bearer);
    request.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, protocol.parse().expect("a header"));
    request
}

/// The request that opens a socket without a sub-protocol.
pub(crate) fn plain_handshake(path: &str, bearer: Option<&str>) -> Request<()> {
    let mut request = Request::get(path)
        .header(header::HOST, "localhost")
        .header(header::CONNECTION, "keep-alive, Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, generate_key());
    if let Some(bearer) = bearer {
        request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
    }
    request.body(()).expect("a request")
}

/// A connection with a small window, so that little is on its way to a client that does not read.
pub(crate) async fn connect(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small window");
    socket.connect(address).await.expect("connects")
}

impl Client {
    pub(crate) async fn open(served: &Served, path: &str, protocol: &str, bearer: Option<&str>) -> Self {
        let path = format!("ws://localhost{path}");
        let opened = client_async(handshake(&path, protocol, bearer), connect(served.address).await).await;
        let (stream, answer) = opened.expect("the handshake succeeds");
        assert_eq!(answer.headers()["sec-websocket-protocol"], protocol);
        assert!(answer.headers().contains_key("traceparent"));
        Self { stream }
    }

    /// Opens a socket without a sub-protocol, and returns it with the answer.
    pub(crate) async fn open_with(served: &Served, request: Request<()>) -> (Self, Response<Option<Vec<u8>>>) {
        let opened = client_async(request, connect(served.address).await).await;
        let (stream, answer) = opened.expect("the handshake succeeds");
        assert_eq!(answer.headers().get("sec-websocket-protocol"), None);
        (Self { stream }, answer)
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.stream.send(Message::text(message.to_string())).await.expect("is sent");
    }

    /// The next frame. Pings are answered, and answers to pings left out.
    pub(crate) async fn frame(&mut self) -> Frame {
        let mut message = self.stream.next().await;
        while let Some(Ok(Message::Pong(_))) = message {
            message = self.stream.next().await;
        }
        match message {
            Some(Ok(Message::Text(text))) => {
                serde_json::from_str(&text).map_or_else(|_| Frame::Text(text.to_string()), Frame::Json)
            }
            Some(Ok(Message::Ping(_))) => Frame::Ping,
            Some(Ok(Message::Close(Some(CloseFrame { code, reason })))) => {
                Frame::Close(code.into(), reason.to_string())
            }
            Some(Ok(other)) => panic!("nothing else is sent: {other:?}"),
            Some(Err(Error::Io(_) | Error::Protocol(_))) | None => Frame::End,
            Some(Err(error)) => panic!("{error}"),
        }
    }

    /// The next frame that is no ping.
    pub(crate) async fn next(&mut self) -> Frame {
        loop {
            match self.frame().await {
                Frame::Ping => {}
                frame => return frame,
            }
        }
    }

    /// The next message.
    pub(crate) async fn json(&mut self) -> Value {
        match self.next().await {
            Frame::Json(value) => value,
            frame => panic!("a message, not {frame:?}"),
        }
    }

    pub(crate) async fn close(mut self) {
        let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        self.stream.send(Message::Close(Some(frame))).await.expect("is sent");
        while self.next().await != Frame::End {}
    }
}

/// The answer to a handshake that is refused.
pub(crate) async fn refused(served: &Served, request: Request<()>) -> Response<Option<Vec<u8>>> {
    match client_async(request, connect(served.address).await).await {
        Err(Error::Http(answer)) => *answer,
        Err(error) => panic!("{error}"),
        Ok((_, answer)) => panic!("was not refused: {answer:?}"),
    }
}

/// The code of a handshake's refusal.
pub(crate) fn refusal(answer: &Response<Option<Vec<u8>>>) -> (StatusCode, String) {
    let body = answer.body().as_deref().unwrap_or_default();
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    (answer.status(), problem["code"].as_str().unwrap_or_default().to_owned())
}
