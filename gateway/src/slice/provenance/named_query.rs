//! Queries that a tenant stores under a name (EPCIS 2.0 REST binding, `/queries`). Invariant: a stored query was read
//! without a fault when it was stored, and is answered with the text that was sent.

pub(super) mod store;

use super::{code, problem::invalid_query};
use crate::{
    budget::Charge,
    db,
    error::{ApiError, code as common},
    page::{PageOf, SentCursor},
    state::Gateway,
    tenant_id::TenantId,
    text,
};
use serde::Serialize;
use serde_json::value::RawValue;
use standards_epcis::query::{EventQuery, parse_body, parse_named};
use utoipa::ToSchema;

/// The most named queries of a tenant.
pub const NAMED_QUERIES_MAX: u32 = 200;

/// The largest request that stores a query, in bytes. So all queries of a tenant fit into one answer.
pub const NAMED_QUERY_BYTES_MAX: usize = 16 * 1_024;

/// The longest name of a query, in characters.
pub const QUERY_NAME_CHARS_MAX: usize = 128;

/// A query with its name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct NamedQuery {
    /// The name, unique within the tenant.
    pub(super) name: String,
    /// The parameters of the query as members, as they were sent.
    #[schema(value_type = Object)]
    pub(super) query: Box<RawValue>,
}

impl NamedQuery {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// `provenance.invalid_query`, `provenance.query_too_complex`, `request.invalid_field` for the name.
    pub(super) fn parse(body: &[u8]) -> Result<Self, ApiError> {
        let named = parse_named(body).map_err(invalid_query)?;
        if let Some(fault) = name_fault(&named.name) {
            let detail = "Choose another name for the query.";
            return Err(ApiError::new(&common::INVALID_FIELD, detail).at("/name", common::INVALID_FIELD.name, fault));
        }
        let query = RawValue::from_string(named.text).map_err(|error| ApiError::internal(&error))?;
        Ok(Self { name: named.name, query })
    }

    /// What the query asks for.
    ///
    /// # Errors
    /// `provenance.invalid_query` for a query that a later version of the language refuses.
    pub(super) fn to_query(&self) -> Result<EventQuery, ApiError> {
        parse_body(self.query.get().as_bytes()).map_err(invalid_query)
    }
}

/// What is wrong with a name. It is a segment of an address, where `.` and `..` would mean another one (RFC 3986
/// section 5.2.4).
fn name_fault(name: &str) -> Option<String> {
    match name {
        "." | ".." => Some("means another address".to_owned()),
        name => text::fault(name, QUERY_NAME_CHARS_MAX),
    }
}

/// The name of the list in its tokens.
const LIST: &str = "named_queries";

/// The page of `limit` queries that begins after a cursor.
///
/// # Errors
/// `request.invalid_cursor`.
pub(super) fn page<'g>(
    gateway: &'g Gateway,
    tenant: TenantId,
    after: Option<SentCursor<'_>>,
    limit: u32,
) -> Result<PageOf<'g, String>, ApiError> {
    PageOf::open(&gateway.cursors, tenant, LIST, after, limit.min(NAMED_QUERIES_MAX))
}

/// The queries of a page and the one after it, by name.
///
/// # Errors
/// `limit.share`, `limit.overloaded`, failures of the database.
pub(super) async fn list(
    gateway: &Gateway,
    tenant: TenantId,
    page: &PageOf<'_, String>,
) -> Result<Vec<NamedQuery>, ApiError> {
    let (after, rows) = (page.after(), page.rows());
    let charge = Charge::reserve(rows as usize * NAMED_QUERY_BYTES_MAX).await?;
    let found: Vec<NamedQuery> = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(store::list(conn, tenant, after, rows).await?) })
    })
    .await?;
    charge.keep_part_for_answer(found.iter().map(|query| query.name.len() + query.query.get().len()).sum());
    Ok(found)
}

/// Finds a query of a tenant.
///
/// # Errors
/// `provenance.unknown_query`, failures of the database.
pub(super) async fn find(gateway: &Gateway, tenant: TenantId, name: String) -> Result<NamedQuery, ApiError> {
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(store::find(conn, tenant, &name).await?) })
    })
    .await?;
    found.ok_or_else(unknown_query)
}

/// The tenant has no query with a name.
pub(super) fn unknown_query() -> ApiError {
    ApiError::new(&code::UNKNOWN_QUERY, "There is no query with this name.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_segment_of_an_address_that_shows_itself() {
        let body = |name: &str| serde_json::json!({ "name": name, "query": {} }).to_string();
        for good in ["a", "my query", "a/b?c#d", "批次", "...", &"ü".repeat(QUERY_NAME_CHARS_MAX)] {
            assert_eq!(NamedQuery::parse(body(good).as_bytes()).expect(good).name, good);
        }
        let long = "ü".repeat(QUERY_NAME_CHARS_MAX + 1);
        for (bad, code) in [
            ("", "request.invalid_field"),
            (" ", "request.invalid_field"),
            (".", "request.invalid_field"),
            ("..", "request.invalid_field"),
            (&long, "request.invalid_field"),
            ("\u{202e}x", "request.invalid_field"),
            ("a\nb", "request.invalid_field"),
            ("\0", "provenance.invalid_query"),
        ] {
            let error = NamedQuery::parse(body(bad).as_bytes()).expect_err(bad);
            assert_eq!((error.code().name, &*error.problem().errors[0].pointer), (code, "/name"), "{bad:?}");
        }
    }
}
