//! Keyset pages as Relay connections (GraphQL Cursor Connections Specification). Invariant: the cursors are those of
//! the REST list, so a page that one of both began can be continued by the other.

use crate::{
    error::{ApiError, code},
    page::{PageOf, SentCursor},
};
use async_graphql::{
    OutputType, Result,
    connection::{Connection, Edge},
};

/// A page of items with their cursors.
pub(super) type Connected<T> = Connection<String, T>;

/// The size of a page: `first`, at most `max`.
///
/// # Errors
/// `request.invalid_parameter` for a page without items.
pub(super) fn size(first: Option<u32>, default: u32, max: u32) -> Result<u32, ApiError> {
    match first.unwrap_or(default) {
        0 => Err(ApiError::new(&code::INVALID_PARAMETER, "A page has at least one item.").at(
            "/first",
            code::INVALID_PARAMETER.name,
            "0 is not a positive number",
        )),
        first => Ok(first.min(max)),
    }
}

/// The argument `after` as a cursor.
pub(super) fn sent(after: Option<&str>) -> Option<SentCursor<'_>> {
    after.map(|text| SentCursor { text, pointer: "/after" })
}

/// Builds the page from the rows found, at most [`PageOf::rows`], in the order of the list.
pub(super) fn connect<T: OutputType>(
    page: &PageOf<'_, String>,
    rows: Vec<T>,
    position: impl Fn(&T) -> String,
) -> Result<Connected<T>> {
    let list = page.cut(rows, &position)?;
    let mut connection = Connection::new(page.after().is_some(), list.next_cursor.is_some());
    for row in list.items {
        connection.edges.push(Edge::new(page.cursor_after(&position(&row))?, row));
    }
    Ok(connection)
}
