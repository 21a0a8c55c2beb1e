//! The body of a request that is refused before its end was read. Most clients send the whole body before they read the
//! answer; if the connection is closed meanwhile, they report a broken connection in place of the refusal. Invariant:
//! what is read away is bounded in bytes and time, and not kept.

use super::is_announced;
use axum::{
    body::{Body, HttpBody},
    extract::Request,
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use http::{StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{sync::oneshot, time::timeout};

/// The most bytes of an unread body that are read away before a refusal is sent.
pub const UNREAD_BYTES_MAX: u64 = 1_024 * 1_024;
/// The time in milliseconds for it.
pub const UNREAD_MS_MAX: u64 = 2_000;
/// The same for a body that is too large: only such a client sends much more.
pub const UNREAD_TOO_LARGE_BYTES_MAX: u64 = 128 * 1_024 * 1_024;
/// The time in milliseconds for it.
pub const UNREAD_TOO_LARGE_MS_MAX: u64 = 10_000;
/// The time in milliseconds in which the client must send more.
pub const UNREAD_PAUSE_MS_MAX: u64 = 500;

/// Reads the rest of the body away when a handler refuses a request without having read it.
pub(crate) async fn read_away(request: Request, next: Next) -> Response {
    // A client that waits for `100 Continue` has sent nothing yet.
    if !is_announced(request.headers()) || request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let (give_back, mut given_back) = oneshot::channel();
    let request = request.map(|body| Body::new(Lent { body: Some(body), give_back: Some(give_back) }));
    let response = next.run(request).await;
    let is_refusal = response.status().is_client_error() || response.status().is_server_error();
    if is_refusal && let Ok(body) = given_back.try_recv() {
        let (bytes_max, ms_max) = match response.status() {
            StatusCode::PAYLOAD_TOO_LARGE => (UNREAD_TOO_LARGE_BYTES_MAX, UNREAD_TOO_LARGE_MS_MAX),
            _ => (UNREAD_BYTES_MAX, UNREAD_MS_MAX),
        };
        // A slower client may miss the refusal: the connection is closed.
        let _ = timeout(Duration::from_millis(ms_max), drop_frames(body, bytes_max)).await;
    }
    response
}

async fn drop_frames(mut body: Body, bytes_max: u64) {
    let pause = Duration::from_millis(UNREAD_PAUSE_MS_MAX);
    let mut dropped = 0_u64;
    while let Ok(Some(Ok(frame))) = timeout(pause, body.frame()).await {
        dropped = dropped.saturating_add(frame.data_ref().map_or(0, |data| data.len() as u64));
        if dropped > bytes_max {
            return;
        }
    }
}

/// A body that is given back when it is dropped before its end.
struct Lent {
    body: Option<Body>,
    give_back: Option<oneshot::Sender<Body>>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(give_back)) = (self.body.take(), self.give_back.take())
            && !body.is_end_stream()
        {
            let _ = give_back.send(body);
        }
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            // Nothing is left to read.
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}
