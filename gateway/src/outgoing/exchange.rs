//! A request and its answer over an open connection. Invariant: what is read is bounded in bytes and in time. A
//! connection is used again only after an answer that was read whole.

use super::{
    connect::Connection,
    error::OutgoingError,
    limit::{ANSWER_BODY_BYTES_MAX, ANSWER_HEAD_BYTES_MAX, ANSWER_HEADERS_MAX},
    metered::{Meter, Metered},
    target::Target,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use http_body_util::Full;
use hyper::{
    body::{Body as _, Incoming},
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, timeout_at};

/// The room of hyper above [`ANSWER_HEAD_BYTES_MAX`], so that the meter decides and a head of exactly that size fits.
const HEAD_BYTES_SPARE: usize = 1_024;
/// What is read of the connection besides the body, in bytes: the sizes of chunks, and the end of a body of the largest
/// size. A body in many small chunks is cut earlier.
const BODY_BYTES_SPARE: usize = 1_024;
/// The longest `Retry-After` that is kept, in bytes.
const RETRY_AFTER_BYTES_MAX: usize = 64;

/// A request to send.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Headers besides those of the connection and of the body's length, which are set here.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// The answer to a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header `Retry-After`, if it is short and ASCII.
    pub retry_after: Option<String>,
    /// The beginning of the body, at most [`ANSWER_BODY_BYTES_MAX`].
    pub excerpt: Vec<u8>,
    /// Whether the body has more than the excerpt, or did not arrive whole.
    pub is_cut: bool,
    /// The time from the beginning of the call to here.
    pub duration: Duration,
}

/// A connection that speaks HTTP, between two calls.
pub(super) struct Exchange {
    sender: SendRequest<Full<Bytes>>,
    link: Link,
}

/// The times of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// When the call began.
    pub(super) begun: Instant,
    /// The time for the head of the answer.
    pub(super) first_byte: Duration,
    /// When the call must have ended.
    pub(super) ends: Instant,
}

impl Exchange {
    pub(super) async fn over(connection: Box<dyn Connection>) -> Result<Self, OutgoingError> {
        let meter = Meter::new(ANSWER_HEAD_BYTES_MAX);
        let io = TokioIo::new(Metered { connection, meter: meter.clone() });
        let mut builder = http1::Builder::new();
        builder.max_buf_size(ANSWER_HEAD_BYTES_MAX + HEAD_BYTES_SPARE).max_headers(ANSWER_HEADERS_MAX);
        let (sender, connection) = builder.handshake(io).await.map_err(failed)?;
        Ok(Self { sender, link: Link { connection: Some(Box::pin(connection)), meter } })
    }

    /// Whether the connection can take another request. It must be asked before each one but the first.
    pub(super) async fn is_open(&mut self) -> bool {
        let Self { sender, link } = self;
        // What a receiver sends without a request is not read.
        link.meter.reset(ANSWER_HEAD_BYTES_MAX);
        let ready = poll_fn(|cx| match link.poll_with(cx, |cx| sender.poll_ready(cx)) {
            Poll::Pending => Poll::Ready(false),
            Poll::Ready(ready) => Poll::Ready(matches!(ready, Some(Ok(())))),
        });
        ready.await && link.connection.is_some()
    }

    /// Sends a request and reads the answer. Returns the connection, too, if it can be used again and `keep` says so.
    pub(super) async fn post(
        mut self,
        target: &Target,
        call: Call,
        keep: bool,
        times: Times,
    ) -> Result<(Answer, Option<Self>), OutgoingError> {
        let Self { sender, link } = &mut self;
        let head = async {
            let mut answer = pin!(sender.send_request(request(target, call, keep)));
            poll_fn(|cx| link.poll_with(cx, |cx| answer.as_mut().poll(cx))).await
        };
        let head_ends = times.ends.min(Instant::now() + times.first_byte);
        let answer = match timeout_at(head_ends, head).await {
            Err(_) => return Err(OutgoingError::Timeout),
            Ok(None) => return Err(OutgoingError::HeadTooLarge),
            Ok(Some(answer)) => answer.map_err(failed)?,
        };
        let (status, retry_after) = (answer.status().as_u16(), retry_after(&answer));
        link.meter.grant(ANSWER_BODY_BYTES_MAX + BODY_BYTES_SPARE);
        let mut excerpt = Vec::new();
        let is_whole = timeout_at(times.ends, read(link, answer.into_body(), &mut excerpt)).await == Ok(true);
        let answer = Answer { status, retry_after, excerpt, is_cut: !is_whole, duration: times.begun.elapsed() };
        let is_kept = keep && is_whole && link.connection.is_some();
        Ok((answer, is_kept.then_some(self)))
    }
}

fn request(target: &Target, call: Call, keep: bool) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(call.body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = target.path();
    let headers = request.headers_mut();
    *headers = call.headers;
    for own in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::UPGRADE, header::EXPECT, header::TE] {
        headers.remove(own);
    }
    headers.insert(header::HOST, target.authority());
    headers.remove(header::CONNECTION);
    if !keep {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    request
}

fn retry_after(answer: &Response<Incoming>) -> Option<String> {
    let value = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    (value.len() <= RETRY_AFTER_BYTES_MAX).then(|| value.to_owned())
}

fn failed(error: hyper::Error) -> OutgoingError {
    if error.is_parse_too_large() {
        OutgoingError::HeadTooLarge
    } else if error.is_parse() {
        OutgoingError::Garbage(error)
    } else {
        OutgoingError::Closed(error)
    }
}

/// Reads the beginning of a body. Returns whether that is all of it; it is not when the connection breaks.
async fn read(link: &mut Link, body: Incoming, excerpt: &mut Vec<u8>) -> bool {
    let mut body = pin!(body);
    loop {
        let frame = poll_fn(|cx| link.poll_with(cx, |cx| body.as_mut().poll_frame(cx))).await;
        let data = match frame {
            Some(None) => return true,
            Some(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            None | Some(Some(Err(_))) => return false,
        };
        let room = ANSWER_BODY_BYTES_MAX - excerpt.len();
        excerpt.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            return false;
        }
    }
}

type Running = http1::Connection<TokioIo<Metered<Box<dyn Connection>>>, Full<Bytes>>;

/// A connection that is driven by the task that waits for it, so that it ends with the call.
struct Link {
    /// `None` once it has ended.
    connection: Option<Pin<Box<Running>>>,
    meter: Meter,
}

impl Link {
    /// Polls the connection and then what waits for it. `None` when all that may be read was read.
    fn poll_with<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut waiting: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<Option<T>> {
        if let Some(connection) = &mut self.connection
            && connection.as_mut().poll(cx).is_ready()
        {
            // What waits gets the error of the connection, or learns from its end that nothing comes.
            self.connection = None;
        }
        match waiting(cx) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending if self.meter.is_exhausted() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}
