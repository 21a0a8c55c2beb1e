//! Reads a tenant's events as they become final, for every kind of stream. Invariant: the numbers of what is read
//! ascend, and every event that meets the conditions is read once. The caller's credentials are checked before each
//! part.
//!
//! A reader holds no events: it reads the next page of the index when it is asked for a part. One event may wake
//! thousands of readers, so they take turns, and only a few read at once. A reader that is refused memory or a
//! connection of the database waits and asks again: a stream does not end because others read.

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
use tokio::time::{self, Instant};

/// The most events in one part of a stream.
pub const STREAM_EVENTS_MAX: u32 = 50;
/// The longest pause in milliseconds of a stream that was refused what it needs to read. The shortest is half of it.
pub const STREAM_RETRY_MS_MAX: u64 = 2_000;

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
    /// Whether the credentials were checked since there was nothing to read for a while.
    is_checked: bool,
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
    /// `limit.share`, `limit.overloaded`, those of [`freshness::await_fresh`] and of [`page::newest`]. `limit.share`
    /// also when a part needs more memory than one caller may have.
    pub(super) async fn open(
        lasting: Lasting,
        wanted: Wanted,
        headers: &HeaderMap,
    ) -> Result<(Self, Heights), ApiError> {
        let (gateway, tenant) = (&lasting.gateway, lasting.caller.tenant);
        Charge::check(page::memory_bytes(STREAM_EVENTS_MAX))?;
        let permit = gateway.budgets.streams.acquire(budget::current_sharer(), 1).await?;
        let heights = freshness::await_fresh(gateway, tenant, headers).await?;
        // The listener is there before the index is read, so no event is lost between both.
        let listening = gateway.events.listen(tenant);
        let turn = gateway.budgets.stream_reads.acquire(budget::current_sharer(), 1).await?;
        let newest = page::newest(gateway, tenant).await?;
        drop(turn);
        let Wanted { after, types, subject } = wanted;
        let search = EventSearch { after: after.unwrap_or(newest), types, subject, limit: STREAM_EVENTS_MAX };
        let is_behind = search.after < newest;
        Ok((Self { lasting, listening, search, is_behind, is_checked: true, _permit: permit }, heights))
    }

    /// The number up to which events were examined.
    pub(super) fn read_to(&self) -> u64 {
        self.search.after
    }

    /// Checks that the caller may still read. Without room for a check now, a later one tells.
    ///
    /// # Errors
    /// Those of credentials that are no longer valid; `limit.stopping`.
    pub(super) async fn check(&self) -> Result<(), ApiError> {
        let checked = match self.turn().await {
            Ok(_turn) => self.lasting.check(Scope::EventRead).await,
            Err(error) => Err(error),
        };
        checked.or_else(|error| if is_refusal(&error) { Ok(()) } else { Err(error) })
    }

    /// The next events, at least 1 and at most `events_max`; `None` when none becomes final, or can be read, for the
    /// time `wait`. It may take longer while the reader waits for its turn.
    ///
    /// # Errors
    /// Those of credentials that are no longer valid, `limit.stopping`, and those of [`page::list`] but for
    /// `limit.share` and `limit.overloaded`.
    pub(super) async fn next(&mut self, events_max: u32, wait: Duration) -> Result<Option<Part>, ApiError> {
        let until = Instant::now() + wait;
        loop {
            if self.is_checked && !self.is_behind {
                let waiting = time::timeout_at(until, self.listening.changed());
                match self.lasting.stopping.run_until_cancelled(waiting).await {
                    None => return Err(stopping()),
                    Some(Ok(())) => self.is_behind = true,
                    Some(Err(_)) => {
                        self.is_checked = false;
                        return Ok(None);
                    }
                }
            }
            match self.take_turn(events_max).await {
                Ok(Some(part)) => return Ok(Some(part)),
                Ok(None) => {}
                Err(error) if is_refusal(&error) => {
                    self.pause().await?;
                    if Instant::now() >= until {
                        return Ok(None);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Checks the credentials, and reads if there may be events; `None` when there is none that is asked for.
    async fn take_turn(&mut self, events_max: u32) -> Result<Option<Part>, ApiError> {
        let _turn = self.turn().await?;
        self.lasting.check(Scope::EventRead).await?;
        self.is_checked = true;
        if self.is_behind { self.read(events_max).await } else { Ok(None) }
    }

    /// Waits for the turn of this reader.
    async fn turn(&self) -> Result<Permit, ApiError> {
        let turn = self.lasting.gateway.budgets.stream_reads.acquire(budget::current_sharer(), 1);
        let turn = self.lasting.stopping.run_until_cancelled(turn).await.ok_or_else(stopping)?;
        Ok(turn?)
    }

    /// Waits before the next attempt, so that streams that were refused together do not come back together.
    async fn pause(&self) -> Result<(), ApiError> {
        let ms = rand::random_range(STREAM_RETRY_MS_MAX / 2..=STREAM_RETRY_MS_MAX);
        let pause = time::sleep(Duration::from_millis(ms));
        self.lasting.stopping.run_until_cancelled(pause).await.ok_or_else(stopping)
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

/// Whether others use what a reader needs, so that it can have it later.
fn is_refusal(error: &ApiError) -> bool {
    [&common::SHARE_USED, &common::OVERLOADED].contains(&error.code())
}

fn stopping() -> ApiError {
    ApiError::new(&common::STOPPING, "The service stops; connect again.")
}
