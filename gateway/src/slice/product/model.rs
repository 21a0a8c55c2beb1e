//! Products in requests and responses. Invariant: a product that passes [`NewProduct::check`] can be sealed and
//! indexed.

use crate::{
    error::{ApiError, code},
    operation::model::format_us,
    page::List,
};
use async_graphql::SimpleObject;
use indexer::product::ProductRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The maximum length of an id or a name, in characters.
pub const TEXT_CHARS_MAX: usize = 200;

/// A product to register.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    /// The id, unique in the tenant, 1 to 200 characters.
    pub id: String,
    /// The name for display, 1 to 200 characters.
    pub name: Option<String>,
}

impl NewProduct {
    /// Checks the texts.
    ///
    /// # Errors
    /// `request.invalid_field` with every fault.
    pub fn check(&self) -> Result<(), ApiError> {
        let fields = [("/id", Some(&self.id)), ("/name", self.name.as_ref())];
        let faults = fields.into_iter().filter(|(_, text)| text.is_some_and(|text| !is_valid(text)));
        let error = ApiError::new(&code::INVALID_FIELD, "Some fields are not valid; nothing was stored.");
        let detail = format!("a text has 1 to {TEXT_CHARS_MAX} characters and no control characters");
        let pointers: Vec<_> = faults.map(|(pointer, _)| pointer).collect();
        if pointers.is_empty() {
            return Ok(());
        }
        Err(pointers.into_iter().fold(error, |error, pointer| error.at(pointer, code::INVALID_FIELD.name, &*detail)))
    }
}

fn is_valid(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= TEXT_CHARS_MAX && !text.chars().any(char::is_control)
}

/// A registered product.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Product {
    /// The id as registered.
    pub id: String,
    /// The name for display; null when it has none.
    pub name: Option<String>,
    /// The time at which the ledger recorded it, RFC 3339 UTC.
    pub registered_at: String,
    /// The shard of its record.
    pub shard: u16,
    /// The height of the block with its record.
    pub height: u64,
}

/// One page of products, newest first.
pub type ProductPage = List<Product>;

impl From<ProductRow> for Product {
    fn from(row: ProductRow) -> Self {
        let at_us = i64::try_from(row.record_time_ms.0).unwrap_or(i64::MAX).saturating_mul(1_000);
        Self { registered_at: format_us(at_us), shard: row.shard.0, height: row.height.0, id: row.id, name: row.name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_texts() {
        let pointers = |id: &str, name: &str| {
            let checked = NewProduct { id: id.to_owned(), name: Some(name.to_owned()) }.check();
            let errors = checked.err().map(|error| error.problem().errors).unwrap_or_default();
            errors.into_iter().map(|fault| fault.pointer).collect::<Vec<_>>()
        };
        let longest = "n".repeat(TEXT_CHARS_MAX);
        assert!(pointers(&longest, &longest).is_empty());
        for bad in ["", " ", "a\nb", "\0", &format!("{longest}n")] {
            assert_eq!(pointers(bad, "a"), ["/id"], "{bad:?}");
            assert_eq!(pointers(bad, bad), ["/id", "/name"], "{bad:?}");
        }
        NewProduct { id: "p".to_owned(), name: None }.check().expect("a name is optional");
    }
}
