//! A stream of a tenant's events as server-sent events (WHATWG HTML, section 9.2). Invariant: the numbers of what is
//! sent ascend, and every event that meets the conditions is sent. The caller's credentials are checked before each
//! part.
//!
//! A stream holds no events for a client that does not read: it reads the next page of the index once the client has
//! taken the last part.

use super::{
    code,
    hub::Listening,
    model::CloudEventPage,
    page::{self, EventSearch},
};
use crate::{
    auth::{Scope, authenticate::Schemes},
    budget::{Charge, Permit},
    client_address::ClientAddress,
    error::{ApiError, code as common},
    serve::Stopping,
    state::Gateway,
    tenant_id::TenantId,
    trace::{self, RequestContext},
};
use axum::body::Body;
use bytes::Bytes;
use futures::stream;
use http::HeaderMap;
use serde_json::json;
use std::{convert::Infallible, fmt::Write as _, sync::Arc, time::Duration};
use tokio::time::Instant;

/// The time in milliseconds after which a comment is sent when there is no event.
pub const KEEP_ALIVE_MS: u64 = 15_000;
/// The most events in one part of a stream.
pub const STREAM_EVENTS_MAX: u32 = 50;
/// The time in milliseconds within which a client must take a part of a stream.
pub const STREAM_READ_MS_MAX: u64 = 30_000;
/// The time in milliseconds after which a client that lost its connection asks again.
const RETRY_MS: u64 = 2_000;

/// The state of a stream.
pub(super) struct EventStream {
    pub(super) gateway: Arc<Gateway>,
    /// The request, which counts for its tenant as long as the stream lasts.
    pub(super) context: Option<Arc<RequestContext>>,
    /// The headers with the credentials.
    pub(super) headers: HeaderMap,
    pub(super) address: ClientAddress,
    pub(super) tenant: TenantId,
    pub(super) stopping: Stopping,
    pub(super) listening: Listening,
    /// What is asked for; `after` is the number up to which events were examined.
    pub(super) search: EventSearch,
    /// The place among all streams.
    #[expect(dead_code, reason = "the place is free again when the stream is dropped")]
    pub(super) permit: Permit,
}

/// A stream that has begun.
struct Running {
    stream: EventStream,
    /// Whether the index may have events that were not examined.
    is_behind: bool,
    /// The last number that the client knows.
    told: u64,
    /// When the last part was given to the client; `None` before the first.
    given_at: Option<Instant>,
    is_over: bool,
}

impl EventStream {
    /// The body of the answer. It ends only with the connection, or after an event `error`.
    pub(super) fn into_body(self) -> Body {
        let told = self.search.after;
        let running = Running { stream: self, is_behind: true, told, given_at: None, is_over: false };
        Body::from_stream(stream::unfold(running, |mut running| async move {
            let part = running.next().await?;
            Some((Ok::<_, Infallible>(part), running))
        }))
    }
}

impl Running {
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
            match self.stream.context.clone() {
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
        loop {
            self.check_caller().await?;
            if self.is_behind {
                if let Some(part) = self.read().await? {
                    return Ok(part);
                }
                continue;
            }
            let EventStream { stopping, listening, .. } = &mut self.stream;
            let wait = tokio::time::timeout(Duration::from_millis(KEEP_ALIVE_MS), listening.changed());
            match stopping.run_until_cancelled(wait).await {
                None => return Err(ApiError::new(&common::STOPPING, "The service stops; connect again.")),
                Some(Ok(())) => self.is_behind = true,
                Some(Err(_)) => return Ok(self.keep_alive()),
            }
        }
    }

    /// Checks that the credentials still allow the stream.
    async fn check_caller(&self) -> Result<(), ApiError> {
        let EventStream { gateway, headers, address, .. } = &self.stream;
        let caller = gateway.identify(headers, Schemes::BearerOrBasic, *address).await?;
        caller.require(Scope::EventRead)
    }

    /// Reads the next page of the index; `None` when it has no event to send.
    async fn read(&mut self) -> Result<Option<Bytes>, ApiError> {
        let EventStream { gateway, tenant, search, .. } = &mut self.stream;
        let _charge = Charge::reserve(page::memory_bytes(search.limit)).await?;
        let found = page::find(gateway, *tenant, search.clone()).await?;
        search.after = found.read_to;
        self.is_behind = found.next_cursor.is_some();
        if found.items.is_empty() {
            return Ok(None);
        }
        self.told = found.read_to;
        Ok(Some(part_of(&found)?))
    }

    /// A comment, and the number up to which nothing more is to come.
    fn keep_alive(&mut self) -> Bytes {
        let after = self.stream.search.after;
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
    let data = json!({ "code": error.code().name, "title": error.code().title, "detail": error.detail() });
    Bytes::from(format!("event: error\ndata: {data}\n\n"))
}
