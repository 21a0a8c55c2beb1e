//! Pages of elements and of the versions of one, for REST and GraphQL alike. Invariant: a page examines at most as many
//! elements as its size, shows those of them that meet all conditions, and continues behind the last examined.

use super::{ElementName, MasterDataVersion, filter, list, list_versions, unknown};
use crate::{
    error::ApiError,
    page::{CursorSigner, List, PageOf, SentCursor},
    state::Gateway,
    tenant_id::TenantId,
};
use indexer::provenance::ElementVersion;
use standards_epcis::master_data::{canonical_attribute, canonical_id, read_record};

/// The names of the lists in their cursors.
const ELEMENTS: &str = "master-data";
const VERSIONS: &str = "master-data-history";

/// The position of an element in its list: vocabulary and id.
pub(in super::super) type ElementPosition = (String, String);

/// The position of a version in its list: shard, height and index of its record.
pub(in super::super) type VersionPosition = (u16, u64, u32);

/// What elements are asked for, in any spelling. Without a condition, all of them.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct ElementSearch {
    /// Elements of this vocabulary.
    pub(in super::super) vocabulary: Option<String>,
    /// Elements with this id.
    pub(in super::super) id: Option<String>,
    /// Elements with this attribute.
    pub(in super::super) attribute: Option<String>,
    /// Elements with this child, an id.
    pub(in super::super) child: Option<String>,
}

/// Conditions without an index, in canonical form.
struct Examined {
    attribute: Option<String>,
    child: Option<String>,
}

impl Examined {
    /// The conditions of a search; `None` when it has none of them.
    fn of(search: &ElementSearch) -> Option<Self> {
        let attribute = search.attribute.as_deref().map(canonical_attribute);
        let child = search.child.as_deref().map(|id| canonical_id(id).into_owned());
        (attribute.is_some() || child.is_some()).then_some(Self { attribute, child })
    }

    /// Whether the element of a row meets all of them. An element that cannot be read meets none.
    fn are_met_by(&self, row: &ElementVersion) -> bool {
        let document = row.document.as_deref().unwrap_or_default();
        read_record(document.as_bytes()).is_ok_and(|record| {
            let (element, context) = (&record.element, &record.context);
            let has_attribute = |attribute: &String| element.attribute_ids(context).any(|id| id == *attribute);
            let has_child = |child: &String| element.children(context).any(|id| id == child.as_str());
            self.attribute.as_ref().is_none_or(has_attribute) && self.child.as_ref().is_none_or(has_child)
        })
    }
}

/// The page of `limit` elements that begins after a cursor.
///
/// # Errors
/// `request.invalid_cursor`.
pub(in super::super) fn elements_after<'g>(
    cursors: &'g CursorSigner,
    tenant: TenantId,
    after: Option<SentCursor<'_>>,
    limit: u32,
) -> Result<PageOf<'g, ElementPosition>, ApiError> {
    PageOf::open(cursors, tenant, ELEMENTS, after, limit)
}

/// The page of `limit` versions of an element that begins after a cursor.
///
/// # Errors
/// `request.invalid_cursor`.
pub(in super::super) fn versions_after<'g>(
    cursors: &'g CursorSigner,
    tenant: TenantId,
    element: &ElementName,
    after: Option<SentCursor<'_>>,
    limit: u32,
) -> Result<PageOf<'g, VersionPosition>, ApiError> {
    PageOf::open(cursors, tenant, format!("{VERSIONS}:{}", element.text()), after, limit)
}

/// The newest version of each element that was asked for, in the order of vocabulary and id.
///
/// # Errors
/// `provenance.query_too_complex`, `limit.share`, `limit.overloaded`, failures of the database.
pub(in super::super) async fn list_elements(
    gateway: &Gateway,
    tenant: TenantId,
    search: ElementSearch,
    page: &PageOf<'_, ElementPosition>,
) -> Result<List<MasterDataVersion>, ApiError> {
    let Some(filter) = filter(search.vocabulary.as_deref(), search.id.as_deref()) else {
        return Ok(List { items: Vec::new(), next_cursor: None });
    };
    let found = list(gateway, tenant, filter, page.after(), page.limit()).await?;
    let mut rows = page.cut_at(found.rows, found.has_more, |row| {
        let ElementName { vocabulary, id } = name_of(row);
        (vocabulary, id)
    })?;
    if let Some(conditions) = Examined::of(&search) {
        let examine = move || {
            rows.items.retain(|row| conditions.are_met_by(row));
            rows
        };
        rows = gateway.processors.compute(examine).await?;
    }
    let List { items, next_cursor } = rows;
    let items = items.into_iter().map(|row| MasterDataVersion::of(name_of(&row), row)).collect::<Result<_, _>>()?;
    Ok(List { items, next_cursor })
}

/// The versions of an element, newest first.
///
/// # Errors
/// `provenance.unknown_master_data`, `provenance.query_too_complex`, `limit.share`, `limit.overloaded`, failures of the
/// database.
pub(in super::super) async fn list_history(
    gateway: &Gateway,
    tenant: TenantId,
    element: &ElementName,
    page: &PageOf<'_, VersionPosition>,
) -> Result<List<MasterDataVersion>, ApiError> {
    let found = list_versions(gateway, tenant, element, page.after(), page.limit()).await?;
    if found.rows.is_empty() && page.after().is_none() {
        return Err(unknown());
    }
    let versions = found.rows.into_iter().map(|row| MasterDataVersion::of(element.clone(), row));
    let versions = versions.collect::<Result<Vec<_>, _>>()?;
    page.cut_at(versions, found.has_more, MasterDataVersion::place)
}

/// The name of a listed element, which the index always has.
fn name_of(row: &ElementVersion) -> ElementName {
    ElementName { vocabulary: row.vocabulary.clone().unwrap_or_default(), id: row.id.clone().unwrap_or_default() }
}
