//! Reads events for an endpoint: which there are, what orders them, and what is sent of them. Invariant: a read is one
//! page of the index.

use super::Shared;
use crate::{db, error::ApiError, slice, tenant_id::TenantId, webhook::store::endpoint::Endpoint};
use bytes::Bytes;
use indexer::event::{self as index, EventType, IndexedEvent};

/// The events that an endpoint wants.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// Empty for all types.
    types: Vec<EventType>,
    /// The hashes of what events are about; `None` for anything.
    subjects: Option<Vec<u64>>,
}

impl Wanted {
    /// What the settings of an endpoint say.
    ///
    /// # Errors
    /// Failures of the database.
    pub(super) async fn of(shared: &Shared, tenant: TenantId, endpoint: &Endpoint) -> Result<Self, ApiError> {
        let subjects = match &endpoint.subject {
            None => None,
            Some(text) => {
                let keys = shared.gateway.tenant_keys(tenant).await?;
                Some(slice::event_subjects(tenant, &keys, text).into_iter().map(index::hash_of).collect())
            }
        };
        Ok(Self { types: endpoint.event_types(), subjects })
    }

    fn contains(&self, event: &IndexedEvent, subjects: &[u64]) -> bool {
        let is_type = self.types.is_empty() || self.types.contains(&event.event_type);
        is_type && self.subjects.as_ref().is_none_or(|wanted| subjects.iter().any(|it| wanted.contains(it)))
    }
}

/// A page of events for an endpoint.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Page {
    /// The numbers of those that it wants, each with what orders it.
    pub(super) events: Vec<(u64, Vec<u64>)>,
    /// The last number of the page; `None` when there is no later event.
    pub(super) read_to: Option<u64>,
}

/// Reads at most `limit` events after a number.
///
/// # Errors
/// Failures of the database.
pub(super) async fn page(
    shared: &Shared,
    tenant: TenantId,
    wanted: &Wanted,
    after: u64,
    limit: usize,
) -> Result<Page, ApiError> {
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let _turn = shared.statements.acquire().await;
    let found = db::run(&shared.pool, tenant, move |conn| {
        Box::pin(async move { Ok(index::subjects_after(conn, tenant.on_ledger(), after, limit).await?) })
    });
    let found = found.await?;
    let read_to = found.last().map(|(event, _)| event.sequence);
    let own = found.into_iter().filter(|(event, subjects)| wanted.contains(event, subjects));
    let events = own.map(|(event, subjects)| (event.sequence, order(&event, subjects))).collect();
    Ok(Page { events, read_to })
}

/// Events without subjects stay in the order of their type.
fn order(event: &IndexedEvent, subjects: Vec<u64>) -> Vec<u64> {
    if subjects.is_empty() { vec![u64::from(event.event_type.code.unsigned_abs())] } else { subjects }
}

/// What is sent of an event.
#[derive(Clone, Debug)]
pub(super) struct Body {
    /// The JSON of CloudEvents.
    pub(super) bytes: Bytes,
    /// The time of its block, in milliseconds since 1970.
    pub(super) final_ms: u64,
}

/// What is sent of the events with these numbers, as far as there are such events.
///
/// # Errors
/// Failures of the database.
pub(super) async fn bodies(
    shared: &Shared,
    tenant: TenantId,
    sequences: Vec<u64>,
) -> Result<Vec<(u64, Body)>, ApiError> {
    let home = chain_types::id::home_shard(tenant.on_ledger(), 0, shared.gateway.node.shards());
    let _turn = shared.statements.acquire().await;
    let found = db::run(&shared.pool, tenant, move |conn| {
        Box::pin(async move {
            let events = index::events_with(conn, tenant.on_ledger(), &sequences).await?;
            let described = slice::describe_events(conn, tenant.on_ledger(), home, &events).await?;
            Ok(events.into_iter().zip(described).collect::<Vec<_>>())
        })
    });
    let chain = shared.gateway.node.chain_id();
    let body = |(event, described): (IndexedEvent, Option<slice::event::Described>)| {
        let cloud = slice::event::model::CloudEvent::of(chain, tenant, &event, described);
        let bytes = serde_json::to_vec(&cloud).map_err(|error| ApiError::internal(&error))?;
        Ok((event.sequence, Body { bytes: bytes.into(), final_ms: event.timestamp_ms.0 }))
    };
    found.await?.into_iter().map(body).collect()
}
