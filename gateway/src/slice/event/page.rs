//! Pages of events, for REST and GraphQL alike. Invariant: a page reads a bounded number of rows in one transaction,
//! however many events a tenant has.

use super::{
    Described, SUMMARY_BYTES_MAX, code,
    model::{CloudEvent, CloudEventPage, TYPE_PREFIX},
};
use crate::{
    budget::Charge,
    db,
    error::{ApiError, code as common},
    page::{PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX},
    slice,
    state::Gateway,
    tenant_id::TenantId,
};
use chain_types::{ShardId, id::home_shard};
use indexer::event::{self as index, EventType, IndexedEvent};
use standards_epcis::problem::quote;
use std::collections::BTreeSet;

/// The most bytes of a subject that is searched for. Nothing with a longer name is found.
pub const SUBJECT_BYTES_MAX: usize = 8 * 1_024;

/// The events that are asked for.
#[derive(Clone, Debug, Default)]
pub struct EventSearch {
    /// Events with a higher number.
    pub after: u64,
    /// Events of one of these types; of all types without one.
    pub types: Vec<EventType>,
    /// Events about this subject, in any spelling.
    pub subject: Option<String>,
    /// The most events, from 1.
    pub limit: u32,
}

/// Reads the number of items of a page; `pointer` is that of its parameter.
///
/// # Errors
/// `request.invalid_parameter` when it is not in 1 to [`PAGE_LIMIT_MAX`].
pub fn limit_of(limit: Option<u32>, pointer: &str) -> Result<u32, ApiError> {
    let limit = limit.unwrap_or(PAGE_LIMIT_DEFAULT.into());
    if (1..=u32::from(PAGE_LIMIT_MAX)).contains(&limit) {
        return Ok(limit);
    }
    Err(ApiError::new(&common::INVALID_PARAMETER, format!("A page has 1 to {PAGE_LIMIT_MAX} items.")).at(
        pointer,
        common::INVALID_PARAMETER.name,
        format!("{limit} is out of range"),
    ))
}

/// Reads the names of types; `pointer` is that of their parameter. Repeated names count once.
///
/// # Errors
/// `request.invalid_parameter` with the first name that is not a type.
pub fn types_of<'n>(names: impl Iterator<Item = &'n str>, pointer: &str) -> Result<Vec<EventType>, ApiError> {
    let mut types = BTreeSet::new();
    for name in names {
        let known = name.strip_prefix(TYPE_PREFIX).and_then(|name| indexer::event_types().find(|it| it.name == name));
        types.insert(known.ok_or_else(|| {
            let detail = "Name types of events as they are sent, such as waymark.provenance.event_captured.";
            ApiError::new(&common::INVALID_PARAMETER, detail).at(
                pointer,
                common::INVALID_PARAMETER.name,
                format!("{} is not a type of events", quote(name)),
            )
        })?);
    }
    Ok(types.into_iter().collect())
}

/// Checks a subject; `pointer` is that of its parameter.
///
/// # Errors
/// `request.invalid_parameter` for one that is empty or longer than [`SUBJECT_BYTES_MAX`].
pub fn check_subject(subject: Option<&str>, pointer: &str) -> Result<(), ApiError> {
    let fault = match subject {
        Some("") => "is empty",
        Some(text) if text.len() > SUBJECT_BYTES_MAX => "is too long",
        _ => return Ok(()),
    };
    let detail = format!("A subject has 1 to {SUBJECT_BYTES_MAX} bytes.");
    Err(ApiError::new(&common::INVALID_PARAMETER, detail).at(pointer, common::INVALID_PARAMETER.name, fault))
}

/// What was read for a page.
struct Found {
    events: Vec<(IndexedEvent, Option<Described>)>,
    read_to: u64,
    newest: u64,
}

/// Returns a page of the tenant's events.
///
/// # Errors
/// `event.not_numbered`, `request.timed_out`, `limit.share`, `limit.overloaded`, failures of the database.
pub async fn list(gateway: &Gateway, tenant: TenantId, search: EventSearch) -> Result<CloudEventPage, ApiError> {
    Charge::reserve(memory_bytes(search.limit)).await?.keep_for_answer();
    find(gateway, tenant, search).await
}

/// The memory of a page of at most `limit` events, in bytes.
pub(super) fn memory_bytes(limit: u32) -> usize {
    let items = usize::try_from(limit).unwrap_or(usize::MAX);
    items.saturating_mul(SUMMARY_BYTES_MAX).saturating_add(index::SPAN_BYTES_PER_PAGE_MAX as usize)
}

/// The number of the tenant's newest event; 0 before the first.
///
/// # Errors
/// As [`list`].
pub(crate) async fn newest(gateway: &Gateway, tenant: TenantId) -> Result<u64, ApiError> {
    let home = home_shard(tenant.on_ledger(), 0, gateway.node.shards());
    let newest = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(index::newest_event(conn, tenant.on_ledger(), home).await?) })
    });
    newest.await?.ok_or_else(not_numbered)
}

/// As [`list`], for a caller that has reserved [`memory_bytes`].
pub(super) async fn find(gateway: &Gateway, tenant: TenantId, search: EventSearch) -> Result<CloudEventPage, ApiError> {
    let keys = gateway.tenant_keys(tenant).await?;
    let home = home_shard(tenant.on_ledger(), 0, gateway.node.shards());
    let found = db::search(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            let subjects = search.subject.as_deref().map(|text| slice::event_subjects(tenant, &keys, text));
            read(conn, tenant.on_ledger(), home, &search, subjects.as_deref()).await
        })
    })
    .await?;
    let chain = gateway.node.chain_id();
    let Found { events, read_to, newest } = found;
    let items = events.into_iter().map(|(event, described)| CloudEvent::of(chain, tenant, &event, described)).collect();
    Ok(CloudEventPage { items, next_cursor: (read_to < newest).then(|| read_to.to_string()), read_to, newest })
}

/// Reads a page; `subjects` are those of the search, blinded.
async fn read(
    conn: &mut sqlx::PgConnection,
    tenant: chain_types::TenantId,
    home: ShardId,
    search: &EventSearch,
    subjects: Option<&[chain_types::Subject]>,
) -> Result<Found, ApiError> {
    let EventSearch { after, types, limit, .. } = search;
    let newest = index::newest_event(conn, tenant, home).await?.ok_or_else(not_numbered)?;
    let page = match subjects {
        None => index::page_after(conn, tenant, *after, types, *limit).await?,
        Some(subjects) => {
            let from = index::place_of(conn, tenant, *after).await?;
            let places = slice::subject_places(conn, tenant, subjects, home, from).await?;
            index::page_of_places(conn, tenant, &places, types, *after, newest, *limit).await?
        }
    };
    let described = slice::describe_events(conn, tenant, home, &page.events).await?;
    let newest = newest.max(page.events.last().map_or(0, |event| event.sequence));
    let events = page.events.into_iter().zip(described).collect();
    Ok(Found { events, read_to: page.read_to, newest })
}

fn not_numbered() -> ApiError {
    ApiError::new(&code::NOT_NUMBERED, "The operator rebuilds the index (waymark indexer rebuild).")
}
