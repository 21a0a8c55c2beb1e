//! Macros that read a Postgres row into a struct. Invariant: `COLUMNS` lists exactly the columns that `read` reads.

/// Defines for a struct `COLUMNS`, a SELECT list, and `read`, which reads those columns from a row. A field is the
/// column of the same name, unless `=` gives an expression.
macro_rules! readable {
    ($row:ident { $first:ident $(= $first_source:literal)? $(, $field:ident $(= $source:literal)?)* $(,)? }) => {
        impl $row {
            pub(crate) const COLUMNS: &str = concat!(
                $crate::column::selected!($first $($first_source)?)
                $(, ", ", $crate::column::selected!($field $($source)?))*
            );

            pub(crate) fn read(row: &sqlx::postgres::PgRow) -> Result<Self, sqlx::Error> {
                Ok(Self {
                    $first: $crate::column::get(row, stringify!($first))?,
                    $($field: $crate::column::get(row, stringify!($field))?,)*
                })
            }
        }
    };
}

macro_rules! selected {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $source:literal) => {
        concat!($source, " AS ", stringify!($field))
    };
}

pub(crate) use readable;
pub(crate) use selected;
