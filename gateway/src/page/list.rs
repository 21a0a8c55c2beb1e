//! One page of a list. Invariant: the statement asks for one row more than the page holds. So a page has a next cursor
//! only if there is a next page.

use super::{CursorSigner, SentCursor};
use crate::{error::ApiError, tenant_id::TenantId};
use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, Uri, header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, Type, schema::SchemaType},
};

/// A requested page. `P` is the position of a row, by which the list is ordered.
#[derive(Debug)]
pub struct PageOf<'s, P> {
    cursors: &'s CursorSigner,
    tenant: TenantId,
    list: Cow<'static, str>,
    limit: u32,
    after: Option<P>,
}

impl<'s, P: Clone + Serialize + DeserializeOwned> PageOf<'s, P> {
    /// Opens the page of `limit` rows (at least 1) that begins at `cursor`, or at the beginning of the list. The name
    /// of the list names everything that decides what it contains, so that no cursor of another list is taken.
    ///
    /// # Errors
    /// `request.invalid_cursor`.
    pub fn open(
        cursors: &'s CursorSigner,
        tenant: TenantId,
        list: impl Into<Cow<'static, str>>,
        cursor: Option<SentCursor<'_>>,
        limit: u32,
    ) -> Result<Self, ApiError> {
        let list = list.into();
        let after = cursor.map(|cursor| cursors.open(tenant, &list, cursor)).transpose()?;
        Ok(Self { cursors, tenant, list, limit, after })
    }

    /// The position after which the page begins; `None` at the beginning of the list.
    pub fn after(&self) -> Option<P> {
        self.after.clone()
    }

    /// The number of rows that the page holds at most.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// The number of rows to ask for: one more than the page holds.
    pub fn rows(&self) -> u32 {
        self.limit.saturating_add(1)
    }

    /// The cursor of the page that begins after `position`.
    ///
    /// # Errors
    /// An internal failure.
    pub fn cursor_after(&self, position: &P) -> Result<String, ApiError> {
        self.cursors.seal(self.tenant, &self.list, position)
    }

    /// Builds the page from the rows that fit on it.
    ///
    /// # Errors
    /// An internal failure.
    pub fn cut_at<T>(&self, rows: Vec<T>, has_more: bool, position: impl Fn(&T) -> P) -> Result<List<T>, ApiError> {
        let last = rows.last().filter(|_| has_more);
        let next_cursor = last.map(|row| self.cursor_after(&position(row))).transpose()?;
        Ok(List { items: rows, next_cursor })
    }

    /// Builds the page from the rows found, at most [`PageOf::rows`], in the order of the list.
    ///
    /// # Errors
    /// An internal failure.
    pub fn cut<T>(&self, mut rows: Vec<T>, position: impl Fn(&T) -> P) -> Result<List<T>, ApiError> {
        let has_more = rows.len() > self.limit as usize;
        rows.truncate(self.limit as usize);
        self.cut_at(rows, has_more, position)
    }
}

/// One page of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct List<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// The cursor of the next page; null on the last page.
    pub next_cursor: Option<String>,
}

// Implemented by hand, because the derived schema of a generic type repeats that of its items. In `#[utoipa::path]`,
// name a list by an alias such as `type MemberPage = List<Member>`.
impl<T: ToSchema> ToSchema for List<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

impl<T: ToSchema> PartialSchema for List<T> {
    fn schema() -> RefOr<Schema> {
        let item = Ref::from_schema_name(T::name());
        let items = ArrayBuilder::new().items(item).description(Some("The items, in the order of the list."));
        let next_cursor = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some("The cursor of the next page; null on the last page."));
        ObjectBuilder::new()
            .description(Some("One page of a list."))
            .property("items", items)
            .required("items")
            .property("next_cursor", next_cursor)
            .into()
    }
}

impl<T> List<T> {
    /// The same page with converted items.
    pub fn map<U>(self, item: impl FnMut(T) -> U) -> List<U> {
        List { items: self.items.into_iter().map(item).collect(), next_cursor: self.next_cursor }
    }

    /// The `Link` header of the next page, with its cursor in the parameter `parameter`; `None` on the last page.
    pub fn link(&self, request: &Uri, parameter: &str) -> Option<HeaderValue> {
        next_link(request, parameter, self.next_cursor.as_deref()?)
    }
}

impl<T: Serialize> List<T> {
    /// The response of a list under `/v1`.
    pub fn answer(self, request: &Uri) -> Response {
        let link = self.link(request, "cursor");
        let mut response = Json(self).into_response();
        response.headers_mut().extend(link.map(|link| (header::LINK, link)));
        response
    }
}

/// The `Link` header (RFC 8288) of a page with a successor: the same request with the next cursor in `parameter`.
pub fn next_link(request: &Uri, parameter: &str, cursor: &str) -> Option<HeaderValue> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(request.query().unwrap_or_default().as_bytes()) {
        if name != parameter {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair(parameter, cursor);
    HeaderValue::try_from(format!("<{}?{}>; rel=\"next\"", request.path(), query.finish())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_next_cursor_only_before_the_last_page() {
        let (cursors, tenant) = (CursorSigner::new([7; 32]), TenantId::SYSTEM);
        let page = |cursor: Option<&str>| {
            let cursor = cursor.map(|text| SentCursor { text, pointer: "/cursor" });
            PageOf::<u8>::open(&cursors, tenant, "numbers", cursor, 2).expect("a page")
        };
        let first = page(None);
        assert_eq!((first.after(), first.rows()), (None, 3));
        let list = first.cut(vec![10, 20, 30], |row| *row).expect("a list");
        assert_eq!(list.items, [10, 20]);
        let second = page(list.next_cursor.as_deref());
        assert_eq!(second.after(), Some(20));
        let list = second.cut(vec![30, 40], |row| *row).expect("a list");
        assert_eq!(list, List { items: vec![30, 40], next_cursor: None });
        assert_eq!(list.link(&Uri::from_static("/v1/numbers"), "cursor"), None);
    }

    #[test]
    fn the_next_link_keeps_the_other_parameters() {
        let uri = Uri::from_static("/v1/api-keys?limit=2&cursor=old&q=a%20b");
        let link = next_link(&uri, "cursor", "new").expect("a header");
        assert_eq!(link, "</v1/api-keys?limit=2&q=a+b&cursor=new>; rel=\"next\"");
    }
}
