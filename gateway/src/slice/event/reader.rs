//! Reads a tenant's events as they become final, for every kind of stream. Invariant: the numbers of what is read
//! ascend, and every event that meets the conditions is read once. The caller's credentials are checked before each
//! part.
//!
//! A reader holds no events: it reads the next page of the index when it is asked for a part.

use super::{
    hub::Listening,
    model::CloudEventPage,
    page::{self, EventSearch},
};
use crate::{
    auth::{Lasting, Scope},
    budget::{self, Charge, Permit},
    error::{ApiError, code as common},
    freshness::{self, Heights},
};
use http::HeaderMap;
use indexer::event::EventType;
use std::time::Duration;

/// The most events in one part of a stream.
pub const STREAM_EVENTS_MAX: u32 = 50;

/// The events that are asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// Events with a higher number; without it those that become final from now on.
    pub(super) after: Option<u64>,
    /// Events of one of these types; of all types without one.
    pub(super) types: Vec<EventType>,
    /// Events about this subject, in any spelling.
    pub(super) subject: Option<String>,
}

/// A stream that has begun.
#[derive(Debug)]
pub(super) struct EventReader {
    lasting: Lasting,
    listening: Listening,
    /// What is asked for; `after` is the number up to which events were examined.
    search: EventSearch,
    /// Whether the index may have events that were not examined.
    is_behind: bool,
    /// The place among all streams.
    _permit: Permit,
}

/// Events, with the memory that they take.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) page: CloudEventPage,
    pub(super) charge: Charge,
}

impl EventReader {
    /// Begins a stream. `headers` may name heights that must be indexed before; the heights are those before the stream
    /// began.
    ///
    /// # Errors
    /// `limit.share`, `limit.overloaded`, those of [`freshness::await_fresh`] and of [`page::newest`].
    pub(super) async fn open(
        lasting: Lasting,
        wanted: Wanted,
        headers: &HeaderMap,
    ) -> Result<(Self, Heights), ApiError> {
        let (gateway, tenant) = (&lasting.gateway, lasting.caller.tenant);
        let permit = gateway.budgets.streams.acquire(budget::current_sharer(), 1).await?;
        let heights = freshness::await_fresh(gateway, tenant, headers).await?;
        // The listener is there before the index is read, so no event is lost between both.
        let listening = gateway.events.listen(tenant);
        let newest = page::newest(gateway, tenant).await?;
        let Wanted { after, types, subject } = wanted;
        let search = EventSearch { after: after.unwrap_or(newest), types, subject, limit: STREAM_EVENTS_MAX };
        Ok((Self { lasting, listening, search, is_behind: true, _permit: permit }, heights))
    }

    /// The number up to which events were examined.
    pub(super) fn read_to(&self) -> u64 {
        self.search.after
    }

    /// Checks that the caller may still read.
    ///
    /// # Errors
    /// Those of credentials that are no longer valid.
    pub(super) async fn check(&self) -> Result<(), ApiError> {
        self.lasting.check(Scope::EventRead).await
    }

    /// The next events, at least 1 and at most `events_max`; `None` when none becomes final for the time `wait`.
    ///
    /// # Errors
    /// Those of credentials that are no longer valid, `limit.stopping`, and those of [`page::list`].
    pub(super) async fn next(&mut self, events_max: u32, wait: Duration) -> Result<Option<Part>, ApiError> {
        loop {
            self.check().await?;
            if self.is_behind {
                if let Some(part) = self.read(events_max).await? {
                    return Ok(Some(part));
                }
                continue;
            }
            let waiting = tokio::time::timeout(wait, self.listening.changed());
            match self.lasting.stopping.run_until_cancelled(waiting).await {
                None => return Err(ApiError::new(&common::STOPPING, "The service stops; connect again.")),
                Some(Ok(())) => self.is_behind = true,
                Some(Err(_)) => return Ok(None),
            }
        }
    }

    /// Reads the next page of the index; `None` when it has no event that is asked for.
    async fn read(&mut self, events_max: u32) -> Result<Option<Part>, ApiError> {
        let (gateway, tenant) = (&self.lasting.gateway, self.lasting.caller.tenant);
        let limit = events_max.clamp(1, STREAM_EVENTS_MAX);
        let mut charge = Charge::reserve(page::memory_bytes(limit)).await?;
        let page = page::find(gateway, tenant, EventSearch { limit, ..self.search.clone() }).await?;
        charge.shrink_to(page.items.len().saturating_mul(super::SUMMARY_BYTES_MAX));
        self.search.after = page.read_to;
        self.is_behind = page.next_cursor.is_some();
        Ok((!page.items.is_empty()).then_some(Part { page, charge }))
    }
}
