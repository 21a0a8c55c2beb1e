//! What a subscription by WebSocket is sent: the documents with the next events of its query. Invariant: the place of a
//! feed is behind events that were sent, and before all others. The caller's credentials and the query are checked
//! before each read.
//!
//! A feed holds no events: it reads the next ones once those before them are sent. As one event may wake many feeds,
//! they take turns with all other streams, and a feed that is refused what it needs waits and asks again.

use super::{DELIVERY_BYTES_MAX, parameters::SocketControls, request::check_query, settled_before_ms, starting_after};
use crate::{
    auth::{Lasting, Scope},
    budget::{self, Charge, Permit},
    error::{ApiError, code as common},
    event::Listening,
    freshness::{self, Heights},
    provenance::{
        answer::{self, Addressed},
        gs1_header::AnswerForm,
        named_query::{self, NamedQuery, unknown_query},
        search::{self, Followed},
    },
    state::Gateway,
    tenant_id::TenantId,
    trace,
};
use http::HeaderMap;
use indexer::provenance::{EventPosition, PageLimit};
use standards_epcis::{query::EventQuery, timestamp::format_unix_ms};
use std::{sync::Arc, time::Duration};
use tokio::time;
use uuid::Uuid;

/// What is asked for.
#[derive(Clone, Debug)]
pub(in crate::slice::provenance) struct Wanted {
    pub(in crate::slice::provenance) query_name: String,
    pub(in crate::slice::provenance) controls: SocketControls,
    pub(in crate::slice::provenance) form: AnswerForm,
    /// The head of the request, which may name heights.
    pub(in crate::slice::provenance) headers: HeaderMap,
}

/// The documents of one subscription.
#[derive(Debug)]
pub(in crate::slice::provenance) struct Feed {
    id: Uuid,
    named: NamedQuery,
    query: EventQuery,
    form: AnswerForm,
    events_max: u32,
    /// Everything up to here was sent, if it matches.
    sent_to: EventPosition,
    /// The number of the next document.
    number: u64,
    /// Whether there may be events behind [`Self::sent_to`].
    is_behind: bool,
    listening: Listening,
    /// The place among all streams.
    _permit: Permit,
}

/// The next document, with what it settles once it is sent, and the memory that it takes.
#[derive(Debug)]
pub(super) struct Next {
    /// `None` when no event matches.
    text: Option<String>,
    sent_to: EventPosition,
    has_more: bool,
    _charge: Option<Charge>,
}

impl Next {
    /// The document, once.
    pub(super) fn take_text(&mut self) -> Option<String> {
        self.text.take()
    }
}

/// Which document is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// One with events.
    Events,
    /// One that says that there are none.
    Empty,
}

impl Feed {
    /// Begins a feed. The heights are those before it began.
    ///
    /// # Errors
    /// `limit.share`, `limit.overloaded`, those of [`freshness::await_fresh`], `provenance.unknown_query`,
    /// `provenance.invalid_query`, `provenance.invalid_subscription`.
    pub(in crate::slice::provenance) async fn open(
        gateway: &Arc<Gateway>,
        tenant: TenantId,
        wanted: &Wanted,
    ) -> Result<(Self, Heights), ApiError> {
        let Wanted { query_name, controls, form, headers } = wanted;
        Charge::check(answer::memory(*form, DELIVERY_BYTES_MAX as usize))?;
        let permit = gateway.budgets.streams.acquire(budget::current_sharer(), 1).await?;
        let heights = freshness::await_fresh(gateway, tenant, headers).await?;
        // The listener is there before the index is read, so no event is lost between both.
        let listening = gateway.events.listen(tenant);
        let turn = gateway.budgets.stream_reads.acquire(budget::current_sharer(), 1).await?;
        let named = named_query::find(gateway, tenant, query_name.clone()).await?;
        let query = named.to_query()?;
        check_query(&query)?;
        let sent_to = match controls.initial_record_time {
            Some(time) => starting_after(time),
            None => search::newest_position(gateway, tenant).await?,
        };
        drop(turn);
        let feed = Self {
            id: Uuid::now_v7(),
            named,
            query,
            form: *form,
            events_max: controls.events_max,
            sent_to,
            number: 1,
            is_behind: true,
            listening,
            _permit: permit,
        };
        Ok((feed, heights))
    }

    /// The record time with which a later subscription continues after what was sent.
    pub(in crate::slice::provenance) fn min_record_time(&self) -> String {
        format_unix_ms(settled_before_ms(&self.sent_to))
    }

    /// Whether there may be events that were not sent.
    pub(super) fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// Looks for events at the next read, although none was announced.
    pub(super) fn look_again(&mut self) {
        self.is_behind = true;
    }

    /// Waits until there may be new events.
    pub(super) async fn changed(&mut self) {
        self.listening.changed().await;
        self.is_behind = true;
    }

    /// Notes that what was found is sent: a document, if there is one.
    pub(super) fn settle(&mut self, next: &Next, is_told: bool) {
        self.number += u64::from(is_told);
        self.sent_to = next.sent_to;
        self.is_behind = next.has_more;
    }

    /// Checks that the caller may still read, and that the query is still there. Without room for a check now, a later
    /// one tells.
    ///
    /// # Errors
    /// Those of credentials that are no longer valid; `provenance.unknown_query`.
    pub(super) async fn check(&self, lasting: &Lasting) -> Result<(), ApiError> {
        let checking = async {
            let _turn = lasting.gateway.budgets.stream_reads.acquire(budget::current_sharer(), 1).await?;
            self.check_now(lasting).await
        };
        trace::as_part(checking).await.or_else(|error| if is_refusal(&error) { Ok(()) } else { Err(error) })
    }

    async fn check_now(&self, lasting: &Lasting) -> Result<(), ApiError> {
        lasting.check(Scope::ProvenanceRead).await?;
        let named = named_query::find(&lasting.gateway, lasting.caller.tenant, self.named.name.clone()).await?;
        // Another query under the same name is another one.
        if named.query.get() == self.named.query.get() { Ok(()) } else { Err(unknown_query()) }
    }

    /// The next document; `None` after a pause, when others use what is needed for it.
    ///
    /// # Errors
    /// As [`Self::check`], `provenance.query_too_complex`, failures of the database.
    pub(super) async fn next(&self, lasting: &Lasting, kind: Kind) -> Result<Option<Next>, ApiError> {
        match trace::as_part(self.read(lasting, kind)).await {
            Ok(next) => Ok(Some(next)),
            Err(error) if is_refusal(&error) => {
                // Feeds that were refused together do not come back together.
                let ms = rand::random_range(crate::event::STREAM_RETRY_MS_MAX / 2..=crate::event::STREAM_RETRY_MS_MAX);
                time::sleep(Duration::from_millis(ms)).await;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn read(&self, lasting: &Lasting, kind: Kind) -> Result<Next, ApiError> {
        let (gateway, tenant) = (&lasting.gateway, lasting.caller.tenant);
        let _turn = gateway.budgets.stream_reads.acquire(budget::current_sharer(), 1).await?;
        self.check_now(lasting).await?;
        let found = match kind {
            Kind::Events => self.find(gateway, tenant).await?,
            Kind::Empty => Followed { rows: Vec::new(), read_to: self.sent_to, has_more: self.is_behind },
        };
        if found.rows.is_empty() && kind == Kind::Events {
            return Ok(Next { text: None, sent_to: found.read_to, has_more: found.has_more, _charge: None });
        }
        let addressed = Addressed {
            id: format!("urn:waymark:epcis:delivery:{}:{}", self.id, self.number),
            subscription_id: self.id.to_string(),
        };
        let name = self.named.name.clone();
        let (parcel, rows) = answer::delivery(gateway, name, addressed, found.rows, self.form).await?;
        let charge = Charge::reserve(parcel.text.len()).await?;
        let Followed { read_to, has_more, .. } = Followed { rows, ..found }.up_to(parcel.events);
        Ok(Next { text: Some(parcel.text), sent_to: read_to, has_more, _charge: Some(charge) })
    }

    async fn find(&self, gateway: &Arc<Gateway>, tenant: TenantId) -> Result<Followed, ApiError> {
        let limit = PageLimit { rows: self.events_max, bytes: DELIVERY_BYTES_MAX };
        let memory = answer::memory(self.form, DELIVERY_BYTES_MAX as usize);
        search::find_after(gateway, tenant, self.query.clone(), self.sent_to, limit, memory).await
    }
}

/// Whether others use what is needed, so that it can be had later.
fn is_refusal(error: &ApiError) -> bool {
    [&common::SHARE_USED, &common::OVERLOADED].contains(&error.code())
}
