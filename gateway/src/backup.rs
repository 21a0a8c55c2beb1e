//! Copies schema `app` for a backup, and loads it again. Invariant: the copy is one snapshot of the database. Every
//! transaction that the ledger held when the snapshot was taken has its key in it, and every decision in it is on the
//! ledger.

mod dump;
mod load;

pub use dump::{Held, Snapshot, hold};
pub use load::{LoadError, load};

/// A table of a backup. Its rows are in the text format of Postgres's COPY.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name in schema `app`.
    pub name: String,
    /// Its columns, in the order of the rows' fields.
    pub columns: Vec<String>,
}

impl Table {
    /// Whether all names are lower-case letters, digits and underscores, as in every migration. Others are not put into
    /// a statement.
    fn is_plain(&self) -> bool {
        std::iter::once(&self.name).chain(&self.columns).all(|name| {
            let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            !name.is_empty() && name.len() <= 63 && name.bytes().all(is_allowed)
        }) && !self.columns.is_empty()
    }

    /// The names for a COPY statement.
    fn target(&self) -> String {
        format!("app.{} ({})", self.name, self.columns.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn a_name_from_a_backup_cannot_leave_its_place_in_a_statement() {
        let table = |name: &str, column: &str| Table { name: name.to_owned(), columns: vec![column.to_owned()] };
        assert!(table("api_key", "key_id").is_plain());
        for bad in ["", "a b", "A", "a;b", "a\"b", "pg_catalog.x", "a)", &"a".repeat(64), "ä", "a\0"] {
            assert!(!table(bad, "key_id").is_plain(), "{bad:?}");
            assert!(!table("api_key", bad).is_plain(), "{bad:?}");
        }
        assert!(!Table { name: "api_key".to_owned(), columns: Vec::new() }.is_plain());
    }
}
