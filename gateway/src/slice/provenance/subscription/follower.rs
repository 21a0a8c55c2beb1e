//! The work for one subscription: waits until there is something to deliver, delivers it, and settles the answer.
//! Invariant: a delivery is recorded before its first attempt and settled before the next one begins. Nothing of the
//! gateway is held while the receiver is called or time passes, so a receiver that hangs delays no other subscription.

use super::{
    delivery::{self, EVENTS_PER_DELIVERY_MAX, Letter, Sent},
    store::{self, Active, Change, Current, Stored},
};
use crate::{
    auth::credential::Mode,
    budget::{self, RequestBudget, Sharer},
    client_address::ClientAddress,
    db,
    error::ApiError,
    event::Listening,
    provenance::{code, search::Followed},
    state::Gateway,
    submit::now_us,
    trace::{self, RequestContext},
};
use http::HeaderMap;
use indexer::provenance::EventPosition;
use standards_epcis::query::EventQuery;
use standards_webhooks::retry::{Jitter, next_delay_ms};
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};
use time::OffsetDateTime;
use tokio::time::Instant;

/// The pause after a failure on our side, in milliseconds; up to twice as long.
const PAUSE_MS: u64 = 1_000;
/// The longest sleep, in milliseconds. The wall clock may be set meanwhile.
const SLEEP_MS_MAX: i64 = 60_000;
/// The time after which the place up to which events were examined is stored, although none of them matched.
const SAVE_MS: u64 = 60_000;

/// Follows a subscription until it is deleted or paused.
pub(super) async fn run(gateway: Arc<Gateway>, active: Active) {
    let listening = gateway.events.listen(active.tenant);
    let follower = Follower {
        gateway,
        active,
        listening,
        read: None,
        has_told: false,
        events_max: EVENTS_PER_DELIVERY_MAX,
        saved_at: Instant::now(),
    };
    follower.run().await;
}

struct Follower {
    gateway: Arc<Gateway>,
    active: Active,
    listening: Listening,
    /// The number of a delivery, and the place up to which there is nothing for it.
    read: Option<(i64, EventPosition)>,
    /// Whether the run of the schedule that is due has delivered events.
    has_told: bool,
    /// The most events that the receiver takes at once.
    events_max: u32,
    /// When the place was last stored.
    saved_at: Instant,
}

/// What is to be done.
enum Next {
    /// Look again at once.
    Again,
    /// Look again at a time, in milliseconds since 1970.
    At(i64),
    /// Look again when there are new events.
    AtEvents,
    /// Look again after a pause.
    Pause,
    /// Deliver.
    Deliver(Box<Prepared>),
    /// Tell the receiver of a failure; nothing follows.
    Tell(Box<Letter>),
    /// The subscription is gone or paused.
    End,
}

/// A delivery that is about to be sent.
struct Prepared {
    of: Current,
    letter: Letter,
    events: u32,
    /// The failed attempts so far.
    failed: u32,
    /// What the delivery settles.
    settled: Change,
    /// Whether the same run of the schedule has another delivery.
    goes_on: bool,
}

impl Follower {
    async fn run(mut self) {
        let gateway = Arc::clone(&self.gateway);
        loop {
            // The work is large, and most subscriptions only wait.
            let next = Box::pin(in_turn(&gateway, self.active, self.next(&gateway))).await;
            match next.unwrap_or_else(|error| self.wait_after(&error)) {
                Next::Again => {}
                Next::At(ms) => {
                    let wait_ms = (ms - now_ms()).clamp(0, SLEEP_MS_MAX);
                    tokio::time::sleep(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0))).await;
                }
                Next::AtEvents => self.listening.changed().await,
                Next::Pause => pause().await,
                Next::Deliver(prepared) => self.deliver(*prepared).await,
                Next::Tell(letter) => {
                    self.send(*letter).await;
                    return;
                }
                Next::End => return,
            }
        }
    }

    fn wait_after(&self, error: &ApiError) -> Next {
        let (subscription, code) = (self.active.id, error.code().name);
        tracing::warn!(%subscription, code, "a subscription waits after a failure on our side");
        Next::Pause
    }

    /// Looks what is to be done.
    async fn next(&mut self, gateway: &Arc<Gateway>) -> Result<Next, ApiError> {
        let Active { tenant, id, .. } = self.active;
        let found = db::run(&gateway.pool, tenant, move |conn| {
            Box::pin(async move { Ok(store::open(conn, tenant, id).await?) })
        });
        let Some((stored, query)) = found.await? else { return Ok(Next::End) };
        let now_ms = now_ms();
        if let Some(at) = stored.next_at.map(unix_ms).filter(|at| *at > now_ms) {
            return Ok(Next::At(at));
        }
        if let Some(schedule) = &stored.schedule
            && stored.pending.is_none()
        {
            let schedule = schedule.parse().map_err(|problem| ApiError::internal(&problem))?;
            let due_ms = schedule.next_after(stored.ran_s).map_or(i64::MAX, |due_s| due_s.saturating_mul(1_000));
            if due_ms > now_ms {
                return Ok(Next::At(due_ms));
            }
        }
        let of = Current { tenant, id, delivery: stored.delivery };
        match self.find(gateway, &stored, query).await {
            Ok(found) => self.prepare(gateway, of, stored, found, now_ms / 1_000).await,
            Err(error) if is_of_query(&error) => fail(gateway, of, &stored, error).await,
            Err(error) => Err(error),
        }
    }

    /// Finds the events of a subscription that is due.
    async fn find(
        &self,
        gateway: &Arc<Gateway>,
        stored: &Stored,
        query: Option<EventQuery>,
    ) -> Result<Followed, ApiError> {
        let read = self.read.filter(|(delivery, _)| *delivery == stored.delivery);
        let after = read.map_or(stored.read_to, |(_, read)| read);
        if stored.pending == Some(0) {
            // A list that was empty stays so at each attempt.
            return Ok(Followed { rows: Vec::new(), read_to: after, has_more: false });
        }
        let query = query.ok_or_else(|| ApiError::new(&code::INVALID_QUERY, "This version refuses the query."))?;
        let rows = stored.pending.unwrap_or(self.events_max);
        delivery::find(gateway, self.active.tenant, (stored, query), after, rows).await
    }

    /// Makes a delivery of what was found, or moves on when there is nothing to deliver.
    async fn prepare(
        &mut self,
        gateway: &Arc<Gateway>,
        of: Current,
        stored: Stored,
        found: Followed,
        now_s: i64,
    ) -> Result<Next, ApiError> {
        let is_stream = stored.schedule.is_none();
        if found.rows.is_empty() && stored.pending != Some(0) {
            if stored.pending.is_some() {
                // What matched before does not any more: it depends on master data.
                change(gateway, of, Change::Dropped).await?;
                return Ok(Next::Again);
            }
            self.read = Some((of.delivery, found.read_to));
            if found.has_more {
                return Ok(Next::Again);
            }
            if is_stream {
                return self.pass(gateway, of, &stored, found.read_to).await;
            }
            if self.has_told || !stored.report_if_empty {
                self.has_told = false;
                let settled = Change::Settled { read_to: found.read_to, ran_s: now_s, is_notified: false };
                change(gateway, of, settled).await?;
                return Ok(Next::Again);
            }
        }
        let wanted = found.rows.len();
        let (letter, found) = delivery::write(gateway, of.tenant, &stored, found).await?;
        let events = u32::try_from(found.rows.len()).unwrap_or(u32::MAX);
        match stored.pending {
            None => {
                if !change(gateway, of, Change::Begun { events }).await? {
                    return Ok(Next::Again);
                }
            }
            // This version can write fewer of them than the one that began the delivery.
            Some(_) if found.rows.len() < wanted => {
                change(gateway, of, Change::Replaced { events }).await?;
                return Ok(Next::Again);
            }
            Some(_) => {}
        }
        let goes_on = !is_stream && found.has_more;
        let ran_s = if is_stream || goes_on { stored.ran_s } else { now_s };
        let settled = Change::Settled { read_to: found.read_to, ran_s, is_notified: true };
        Ok(Next::Deliver(Box::new(Prepared { of, letter, events, failed: stored.failed, settled, goes_on })))
    }

    /// Waits for events behind those that do not match.
    async fn pass(
        &mut self,
        gateway: &Arc<Gateway>,
        of: Current,
        stored: &Stored,
        read_to: EventPosition,
    ) -> Result<Next, ApiError> {
        // After a restart the events behind the stored place are examined again, so it need not be stored each time.
        if stored.failed > 0 || self.saved_at.elapsed() >= Duration::from_millis(SAVE_MS) {
            self.saved_at = Instant::now();
            let settled = Change::Settled { read_to, ran_s: stored.ran_s, is_notified: false };
            change(gateway, of, settled).await?;
        }
        Ok(Next::AtEvents)
    }

    /// Sends a delivery and records what came of it.
    async fn deliver(&mut self, prepared: Prepared) {
        let Prepared { of, letter, events, failed, settled, goes_on } = prepared;
        let made = match self.send(letter).await {
            Sent::Delivered => {
                self.has_told = goes_on;
                settled
            }
            Sent::TooLarge if events > 1 => {
                self.events_max = events / 2;
                Change::Replaced { events: self.events_max }
            }
            Sent::TooLarge => after_failure(failed, "the receiver answered 413".to_owned(), None, FAILING),
            Sent::Gone => Change::Paused { reason: "gone", error: "the receiver answered 410".to_owned() },
            Sent::Busy => return pause().await,
            Sent::Failed { error, retry_after_s } => after_failure(failed, error, retry_after_s, FAILING),
        };
        // Until it is recorded, the same events would be sent again.
        loop {
            let recorded = in_turn(&self.gateway, self.active, change(&self.gateway, of, made.clone())).await;
            let Err(error) = recorded else { return };
            self.wait_after(&error);
            pause().await;
        }
    }

    /// Calls the receiver.
    async fn send(&self, letter: Letter) -> Sent {
        delivery::send(&self.gateway.outgoing, letter).await
    }
}

/// The reasons why a subscription is paused.
const FAILING: &str = "failing";
const QUERY: &str = "query";

/// What follows from another failed attempt.
fn after_failure(failed: u32, error: String, retry_after_s: Option<u64>, reason: &'static str) -> Change {
    match next_delay_ms(failed.saturating_add(1), Jitter(rand::random()), retry_after_s) {
        Some(delay_ms) => {
            Change::Failed { error, next_at: OffsetDateTime::now_utc() + Duration::from_millis(delay_ms) }
        }
        None => Change::Paused { reason, error },
    }
}

/// Whether a failure is due to the query, and not to this service.
fn is_of_query(error: &ApiError) -> bool {
    [&code::INVALID_QUERY, &code::QUERY_TOO_COMPLEX].contains(&error.code())
}

/// Records that the query of a subscription failed; the last time, the receiver is told.
async fn fail(gateway: &Arc<Gateway>, of: Current, stored: &Stored, error: ApiError) -> Result<Next, ApiError> {
    let made = after_failure(stored.failed, error.code().name.to_owned(), None, QUERY);
    let is_last = matches!(made, Change::Paused { .. });
    if !change(gateway, of, made).await? || !is_last {
        return Ok(Next::Again);
    }
    let letter = delivery::write_failure(gateway, of.tenant, stored, error).await?;
    Ok(Next::Tell(Box::new(letter)))
}

async fn change(gateway: &Arc<Gateway>, of: Current, change: Change) -> Result<bool, ApiError> {
    db::run(&gateway.pool, of.tenant, move |conn| Box::pin(async move { Ok(store::change(conn, of, change).await?) }))
        .await
}

/// Runs work for the tenant of a subscription, which takes its turn as a request of the tenant would.
async fn in_turn<T>(
    gateway: &Arc<Gateway>,
    active: Active,
    work: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    let address = ClientAddress::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let budget = RequestBudget::new(Arc::clone(&gateway.budgets), address);
    let context = RequestContext::from_headers(&HeaderMap::new()).with_budget(budget);
    let mode = if active.is_test { Mode::Test } else { Mode::Live };
    let entered = async {
        budget::enter(Sharer::tenant(active.tenant, mode)).await?;
        work.await
    };
    trace::scope(Arc::new(context), entered).await
}

/// Waits a moment, not all subscriptions for the same one.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(PAUSE_MS + rand::random_range(0..PAUSE_MS))).await;
}

pub(super) fn now_ms() -> i64 {
    now_us() / 1_000
}

fn unix_ms(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}
