//! Products as rows. Invariant: a row is made from one applied record alone.

mod apply;
mod query;
mod row;
#[cfg(test)]
mod tests;

pub(crate) use apply::{Rows, TABLES};
pub use query::list_products;
pub use row::{ProductPosition, ProductRow};
