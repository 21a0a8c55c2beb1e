//! Master data: look-ups of elements and their versions, and their evidence. Invariant: an element is named by its
//! vocabulary and its id in canonical form, in every spelling of a request. Only elements of the caller's tenant exist.

mod evidence;
mod model;
mod page;

pub(super) use evidence::{ProvedVersion, of_version};
pub use model::MasterDataVersion;
pub(super) use page::{ElementSearch, elements_after, list_elements, list_history, versions_after};

use super::code;
use crate::{
    budget::Charge,
    db,
    error::{ApiError, code as common},
    state::Gateway,
    tenant_id::TenantId,
};
use chain_types::{Height, ShardId, Subject, stream::kind};
use indexer::provenance::{self as index, ElementFilter, ElementPage, ElementVersion, PageLimit, VALUE_BYTES_MAX};
use standards_epcis::{
    limit::ELEMENT_RECORD_BYTES_MAX,
    master_data::{canonical_id, canonical_vocabulary, name},
    problem::quote,
    timestamp::Timestamp,
};

/// The maximum size of the documents of one page, in bytes. A page stops before it exceeds this, and the next page
/// continues.
pub const MASTER_DATA_PAGE_BYTES_MAX: u32 = 1_024 * 1_024;

/// The memory of a page and of its answer, in bytes.
const PAGE_MEMORY_BYTES: usize = 3 * MASTER_DATA_PAGE_BYTES_MAX as usize;

/// The memory of one version and of its answer, in bytes.
const RECORD_MEMORY_BYTES: usize = 3 * ELEMENT_RECORD_BYTES_MAX;

/// An element of a vocabulary.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ElementName {
    /// A full URI.
    pub(super) vocabulary: String,
    /// In canonical form.
    pub(super) id: String,
}

impl ElementName {
    /// The text of the element's subject, see [`kind::MASTER_DATA`].
    fn text(&self) -> String {
        name(&self.vocabulary, &self.id)
    }

    async fn subject(&self, gateway: &Gateway, tenant: TenantId) -> Result<Subject, ApiError> {
        let keys = gateway.tenant_keys(tenant).await?;
        Ok(keys.subject.subject(tenant.on_ledger(), kind::MASTER_DATA, &self.text()))
    }
}

/// Reads a filter. `None` when no element can have these texts.
fn filter(vocabulary: Option<&str>, id: Option<&str>) -> Option<ElementFilter> {
    let vocabulary = vocabulary.map(|text| canonical_vocabulary(text).into_owned());
    let id = id.map(|text| canonical_id(text).into_owned());
    let can_exist = |text: &String| text.len() <= VALUE_BYTES_MAX && !text.contains(char::is_control);
    let filter = ElementFilter { vocabulary, id };
    let is_possible = [&filter.vocabulary, &filter.id].into_iter().flatten().all(can_exist);
    is_possible.then_some(filter)
}

/// Reads a record time; `pointer` is that of its parameter.
///
/// # Errors
/// `request.invalid_parameter`.
pub(super) fn parse_time(text: &str, pointer: &str) -> Result<i64, ApiError> {
    let time = Timestamp::parse(text).ok_or_else(|| {
        ApiError::new(&common::INVALID_PARAMETER, "Send a date and time with a zone, as 2026-07-22T06:45:00Z.").at(
            pointer,
            common::INVALID_PARAMETER.name,
            format!("{} is not a time with a zone", quote(text)),
        )
    })?;
    Ok(time.unix_ms())
}

/// The element with an id. Its vocabulary need not be named when no other one has an element with the same id.
///
/// # Errors
/// `provenance.unknown_master_data`, `provenance.ambiguous_master_data`, failures of the database.
pub(super) async fn find_name(
    gateway: &Gateway,
    tenant: TenantId,
    vocabulary: Option<&str>,
    id: &str,
) -> Result<ElementName, ApiError> {
    let filter = filter(vocabulary, Some(id)).ok_or_else(unknown)?;
    let id = filter.id.clone().unwrap_or_default();
    if let Some(vocabulary) = filter.vocabulary {
        return Ok(ElementName { vocabulary, id });
    }
    let charge = Charge::reserve(RECORD_MEMORY_BYTES).await?;
    let limit = PageLimit { rows: 2, bytes: 1 };
    let page = select(gateway, tenant, filter, None, limit).await?;
    drop(charge);
    let mut vocabularies = page.rows.into_iter().filter_map(|row| row.vocabulary);
    match (vocabularies.next(), page.has_more || vocabularies.next().is_some()) {
        (None, _) => Err(unknown()),
        (Some(vocabulary), false) => Ok(ElementName { vocabulary, id }),
        (Some(_), true) => {
            let detail = "Elements of several vocabularies have this id; name one in the parameter `vocabulary`.";
            Err(ApiError::new(&code::AMBIGUOUS_MASTER_DATA, detail))
        }
    }
}

/// The newest version of an element; with `as_of`, the newest at this record time, in milliseconds since 1970 UTC.
///
/// # Errors
/// `provenance.unknown_master_data`, failures of the database.
pub(super) async fn find_version(
    gateway: &Gateway,
    tenant: TenantId,
    element: &ElementName,
    as_of: Option<i64>,
) -> Result<ElementVersion, ApiError> {
    let subject = element.subject(gateway, tenant).await?;
    let charge = Charge::reserve(RECORD_MEMORY_BYTES).await?;
    let found = db::search(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(index::find_element(conn, tenant.on_ledger(), subject, as_of).await?) })
    });
    let version = found.await.map_err(too_slow)?.ok_or_else(unknown)?;
    charge.keep_part_for_answer(memory(std::slice::from_ref(&version)));
    Ok(version)
}

/// One page of an element's versions, newest first, from the one before a record on.
///
/// # Errors
/// Failures of the database.
async fn list_versions(
    gateway: &Gateway,
    tenant: TenantId,
    element: &ElementName,
    before: Option<(u16, u64, u32)>,
    rows: u32,
) -> Result<ElementPage, ApiError> {
    let subject = element.subject(gateway, tenant).await?;
    let before = before.map(|(shard, height, record_index)| (ShardId(shard), Height(height), record_index));
    let limit = PageLimit { rows, bytes: MASTER_DATA_PAGE_BYTES_MAX };
    let charge = Charge::reserve(PAGE_MEMORY_BYTES).await?;
    let found = db::search(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(index::element_versions(conn, tenant.on_ledger(), subject, before, limit).await?) })
    });
    let page = found.await.map_err(too_slow)?;
    charge.keep_part_for_answer(memory(&page.rows));
    Ok(page)
}

/// One page of the elements of a filter, in the order of vocabulary and id, from the one after another on.
///
/// # Errors
/// Failures of the database.
async fn list(
    gateway: &Gateway,
    tenant: TenantId,
    filter: ElementFilter,
    after: Option<(String, String)>,
    rows: u32,
) -> Result<ElementPage, ApiError> {
    let charge = Charge::reserve(PAGE_MEMORY_BYTES).await?;
    let limit = PageLimit { rows, bytes: MASTER_DATA_PAGE_BYTES_MAX };
    let page = select(gateway, tenant, filter, after, limit).await?;
    charge.keep_part_for_answer(memory(&page.rows));
    Ok(page)
}

async fn select(
    gateway: &Gateway,
    tenant: TenantId,
    filter: ElementFilter,
    after: Option<(String, String)>,
    limit: PageLimit,
) -> Result<ElementPage, ApiError> {
    let found = db::search(&gateway.pool, tenant, move |conn| {
        Box::pin(
            async move { Ok(index::list_elements(conn, tenant.on_ledger(), &filter, after.as_ref(), limit).await?) },
        )
    });
    found.await.map_err(too_slow)
}

/// The memory of versions and of their answer, in bytes.
fn memory(versions: &[ElementVersion]) -> usize {
    let bytes = |version: &ElementVersion| {
        let texts = [&version.document, &version.vocabulary, &version.id];
        size_of::<ElementVersion>() + texts.into_iter().flatten().map(String::len).sum::<usize>()
    };
    3 * versions.iter().map(bytes).sum::<usize>()
}

/// The response when the tenant has no such element.
fn unknown() -> ApiError {
    ApiError::new(&code::UNKNOWN_MASTER_DATA, "There is no master data of this element.")
}

/// A search that was ended by its time limit.
fn too_slow(error: ApiError) -> ApiError {
    if error.code() != &common::TIMED_OUT {
        return error;
    }
    ApiError::new(&code::QUERY_TOO_COMPLEX, "The master data could not be read in time; ask for a smaller page.")
}
