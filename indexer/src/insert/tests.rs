//! Statements are built from the columns alone and are split at their limits.

use super::*;

const TABLE: Table = Table { name: "block", key: &["shard", "height"] };

fn rows_of_each<Row>(insert: &Insert<'_, Row>) -> Vec<usize> {
    insert.parts.iter().map(|(rows, _)| rows.len()).collect()
}

#[test]
fn a_statement_is_cut_at_its_limit_of_rows() {
    let rows = vec![0_u64; ROWS_PER_STATEMENT_MAX + 1];
    assert_eq!(rows_of_each(&Insert::into(TABLE, &rows)), [ROWS_PER_STATEMENT_MAX, 1]);
    assert_eq!(rows_of_each(&Insert::into(TABLE, &rows[1..])), [ROWS_PER_STATEMENT_MAX]);
    let documents = &rows[..=DOCUMENTS_PER_STATEMENT_MAX];
    assert_eq!(rows_of_each(&Insert::documents_into(TABLE, documents, |_| 1)), [DOCUMENTS_PER_STATEMENT_MAX, 1]);
    assert_eq!(rows_of_each(&Insert::documents_into(TABLE, &documents[1..], |_| 1)), [DOCUMENTS_PER_STATEMENT_MAX]);
}

#[test]
fn a_statement_is_cut_at_its_limit_of_bytes_and_never_within_a_row() {
    let half = BYTES_PER_STATEMENT_MAX / 2;
    let cut = |rows: &[usize]| rows_of_each(&Insert::documents_into(TABLE, rows, |bytes| *bytes));
    assert_eq!(cut(&[half, half]), [2]);
    assert_eq!(cut(&[half, half, 1]), [2, 1]);
    assert_eq!(cut(&[half, half + 1]), [1, 1]);
    assert_eq!(cut(&[BYTES_PER_STATEMENT_MAX + 1, 1, 2]), [1, 2]);
}

#[test]
fn the_text_names_each_column_and_what_becomes_of_a_known_key() {
    let insert = || {
        Insert::into(TABLE, &[1_u64])
            .column("shard", |row| *row)
            .column("height", |row| *row)
            .column("records", |row| *row)
            .column("transactions", |row| *row)
    };
    let plain = "INSERT INTO block (shard, height, records, transactions) SELECT * FROM UNNEST($1, $2, $3, $4)";
    assert_eq!(insert().sql(), plain);
    assert_eq!(insert().or_keep().sql(), format!("{plain} ON CONFLICT DO NOTHING"));
    assert_eq!(
        insert().or_replace().sql(),
        format!(
            "{plain} ON CONFLICT (shard, height) DO UPDATE SET records = EXCLUDED.records, \
             transactions = EXCLUDED.transactions"
        )
    );
    assert_eq!(
        insert().or_add().sql(),
        format!(
            "{plain} ON CONFLICT (shard, height) DO UPDATE SET records = block.records + EXCLUDED.records, \
             transactions = block.transactions + EXCLUDED.transactions"
        )
    );
}

#[test]
fn no_rows_are_no_statement_and_a_value_that_does_not_fit_is_named() {
    let none = Insert::into(TABLE, &[0_u64; 0]).column("height", |row| *row).statements();
    assert!(none.expect("there are no values to reject").is_empty());
    let rows = [1, u64::MAX, u64::MAX];
    let refused = Insert::into(TABLE, &rows).column("height", |row| *row).column("records", |row| *row).statements();
    assert_eq!(refused.expect_err("too large").to_string(), "a value does not fit the column `block.height`");
}
