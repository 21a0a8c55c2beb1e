//! A stream of a tenant's events as server-sent events (WHATWG HTML, section 9.2). Invariant: a client that keeps the
//! last id that it received can continue after it, whenever the stream ends.
//!
//! A stream holds no events for a client that does not read: it reads the next page of the index once the client has
//! taken the last part. The server disconnects a client that takes nothing of a part (`serve`), and a client that takes
//! it late gets an event that says so.

use super::{
    code,
    model::CloudEventPage,
    reader::{EventReader, Part, STREAM_EVENTS_MAX},
};
use crate::{
    error::ApiError,
    trace::{self, RequestContext},
};
use axum::body::Body;
use bytes::Bytes;
use futures::stream;
use serde::Serialize;
use std::{convert::Infallible, fmt::Write as _, sync::Arc, time::Duration};
use tokio::time::Instant;
use utoipa::ToSchema;

/// The time in milliseconds after which a comment is sent when there is no event.
pub const KEEP_ALIVE_MS: u64 = 15_000;
/// The time in milliseconds within which a client must take a part of a stream.
pub const STREAM_READ_MS_MAX: u64 = 30_000;
/// The time in milliseconds after which a client that lost its connection asks again.
const RETRY_MS: u64 = 2_000;

/// Why the service ended a stream.
#[derive(Serialize, ToSchema)]
pub(super) struct StreamEnd<'e> {
    /// A code of the table in reference.md, such as `auth.invalid_token` or `limit.stopping`.
    code: &'e str,
    /// The code in words.
    title: &'e str,
    /// What to do.
    detail: &'e str,
}

/// A stream that has begun.
pub(super) struct EventStream {
    reader: EventReader,
    /// The request, which counts for its tenant as long as the stream lasts.
    context: Option<Arc<RequestContext>>,
    /// The last number that the client knows.
    told: u64,
    /// When the last part was given to the client; `None` before the first.
    given_at: Option<Instant>,
    is_over: bool,
}

impl EventStream {
    pub(super) fn new(reader: EventReader) -> Self {
        Self { told: reader.read_to(), context: trace::current(), reader, given_at: None, is_over: false }
    }

    /// The body of the answer. It ends only with the connection, or after an event `error`.
    pub(super) fn into_body(self) -> Body {
        Body::from_stream(stream::unfold(self, |mut stream| async move {
            let part = stream.next().await?;
            Some((Ok::<_, Infallible>(part), stream))
        }))
    }

    /// The next part; `None` after the last.
    async fn next(&mut self) -> Option<Bytes> {
        if self.is_over {
            return None;
        }
        let Some(given_at) = self.given_at else {
            self.given_at = Some(Instant::now());
            return Some(Bytes::from(format!("retry: {RETRY_MS}\n\n")));
        };
        let found = if given_at.elapsed() > Duration::from_millis(STREAM_READ_MS_MAX) {
            Err(ApiError::new(&code::TOO_SLOW, "Continue with the header Last-Event-ID; nothing is lost."))
        } else {
            match self.context.clone() {
                Some(context) => trace::scope(context, self.find()).await,
                None => self.find().await,
            }
        };
        let part = found.unwrap_or_else(|error| {
            self.is_over = true;
            last_part(&error)
        });
        self.given_at = Some(Instant::now());
        Some(part)
    }

    /// Waits for events or for the time of a comment.
    async fn find(&mut self) -> Result<Bytes, ApiError> {
        let found = self.reader.next(STREAM_EVENTS_MAX, Duration::from_millis(KEEP_ALIVE_MS)).await?;
        let Some(Part { page, mut charge }) = found else { return Ok(self.keep_alive()) };
        self.told = page.read_to;
        let part = part_of(&page)?;
        charge.shrink_to(part.len());
        // The memory is given back once the part is sent.
        Ok(charge.attach(part))
    }

    /// A comment, and the number up to which nothing more is to come.
    fn keep_alive(&mut self) -> Bytes {
        let after = self.reader.read_to();
        if after == self.told {
            return Bytes::from_static(b":\n\n");
        }
        self.told = after;
        // Without data no event is raised, but the client remembers the id.
        Bytes::from(format!("id: {after}\n\n"))
    }
}

/// The text of a page. JSON has no line breaks outside of its texts, and none within them.
fn part_of(page: &CloudEventPage) -> Result<Bytes, ApiError> {
    let mut text = String::new();
    for item in &page.items {
        let data = serde_json::to_string(item).map_err(|error| ApiError::internal(&error))?;
        // Writing to a String cannot fail.
        let _ = write!(text, "id: {}\nevent: {}\ndata: {data}\n\n", item.id, item.event_type);
    }
    let last = page.items.last().map(|item| item.id.as_str());
    if last != Some(page.read_to.to_string().as_str()) {
        let _ = write!(text, "id: {}\n\n", page.read_to);
    }
    Ok(Bytes::from(text))
}

/// The event that ends a stream: the code and what to do.
fn last_part(error: &ApiError) -> Bytes {
    let end = StreamEnd { code: error.code().name, title: error.code().title, detail: error.detail() };
    // Texts can always be written.
    let data = serde_json::to_string(&end).unwrap_or_default();
    Bytes::from(format!("event: error\ndata: {data}\n\n"))
}
