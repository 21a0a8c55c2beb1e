//! The records that a condition of a query names, found in the tables whose keys begin with a tenant and a value.
//!
//! Invariant: every lookup reads only rows that match it, whatever the statistics of the server know. A tenant that is
//! new since the last ANALYZE is estimated at one row. Then all indexes cost the same, and so do a join by key and one
//! that compares all pairs. So no statement here leaves that choice: `OFFSET 0` keeps a lookup from being merged into a
//! join, values come from `unnest` because `= ANY` may be checked row by row, and the order of [`push_events`] asks for
//! the primary key.

use super::Owner;
use crate::{
    provenance::{
        row::{role_bit, subject_hash},
        term::term_hash,
    },
    tenant,
};
use chain_types::stream::kind;
use sqlx::{PgConnection, Postgres, QueryBuilder, types::Uuid};
use standards_epcis::{
    pattern::Pattern,
    query::{EventQuery, IdentifierMatch, TermMatch},
};

/// The most records that a condition names for the answer to begin with them. Beyond, each event is checked in the
/// order of the answer, so that a page of a common value reads few of its events.
pub(super) const FEW_RECORDS_MAX: u32 = 10_000;

/// The most values of a condition that is checked for each event: each value costs a lookup.
const CHECKED_VALUES_MAX: usize = 4;

/// How a query finds its events.
#[derive(Debug, Default)]
pub(in super::super) struct Strategy {
    /// Conditions whose records are collected first. If there are none, all events are read in the order of the answer.
    collected: Vec<Named>,
    /// Conditions that are checked for each event.
    checked: Vec<Named>,
}

/// One condition: the records that any of its lookups finds.
#[derive(Debug)]
struct Named {
    tenant: Uuid,
    lookups: Vec<Lookup>,
}

#[derive(Debug)]
enum Lookup {
    Subjects {
        subjects: Vec<Uuid>,
        roles: i16,
    },
    Terms {
        kind: i16,
        hashes: Vec<Uuid>,
    },
    /// Ranges of keys, with both ends.
    Patterns {
        from: Vec<String>,
        to: Vec<String>,
        roles: Vec<i16>,
    },
}

impl Strategy {
    /// Collects the records of every condition that names few, or that cannot be checked by a key.
    ///
    /// # Errors
    /// [`sqlx::Error`] when the database fails.
    pub(in super::super) async fn choose(
        connection: &mut PgConnection,
        owner: Owner<'_>,
        query: &EventQuery,
    ) -> Result<Self, sqlx::Error> {
        let Self { mut collected, checked: unknown } = Self::check(owner, query);
        if unknown.is_empty() {
            return Ok(Self { collected, checked: unknown });
        }
        let counts: Vec<i64> = count_statement("", &unknown).build_query_scalar().fetch_one(connection).await?;
        let mut checked = Vec::new();
        for (condition, count) in unknown.into_iter().zip(counts) {
            let conditions = if count <= i64::from(FEW_RECORDS_MAX) { &mut collected } else { &mut checked };
            conditions.push(condition);
        }
        Ok(Self { collected, checked })
    }

    /// Checks every condition that can be checked by a key.
    pub(in super::super) fn check(owner: Owner<'_>, query: &EventQuery) -> Self {
        let terms = query.terms.iter().map(|condition| Named::of_term(owner, condition));
        let matches = query.matches.iter().map(|condition| Named::of_match(owner, condition));
        let (checked, collected) = terms.chain(matches).partition(Named::can_be_checked);
        Self { collected, checked }
    }

    /// Collects the records of every condition.
    #[cfg(test)]
    pub(in super::super) fn collect(owner: Owner<'_>, query: &EventQuery) -> Self {
        let Self { mut collected, checked } = Self::check(owner, query);
        collected.extend(checked);
        Self { collected, checked: Vec::new() }
    }

    /// The statement that [`Self::choose`] counts with, after a `head` such as `EXPLAIN`.
    #[cfg(test)]
    pub(in super::super) fn select_counts(&self, head: &'static str) -> Option<QueryBuilder<Postgres>> {
        (!self.checked.is_empty()).then(|| count_statement(head, &self.checked))
    }

    /// Adds ` FROM … e`: the events of the collected records, or all events.
    pub(super) fn push_source(&self, statement: &mut QueryBuilder<Postgres>, owner: Owner<'_>) {
        if self.collected.is_empty() {
            statement.push(" FROM index.provenance_event e");
            return;
        }
        push_events(statement, tenant::uuid(owner.tenant), |statement| {
            for (place, condition) in self.collected.iter().enumerate() {
                statement.push(if place == 0 { "(" } else { " INTERSECT (" });
                condition.push_records(statement, false);
                statement.push(")");
            }
        });
    }

    /// Adds ` AND …` for the checked conditions on `e`.
    pub(super) fn push_checks(&self, statement: &mut QueryBuilder<Postgres>) {
        for condition in &self.checked {
            statement.push(" AND EXISTS (");
            condition.push_records(statement, true);
            statement.push(" OFFSET 0)");
        }
    }
}

/// Adds ` FROM … e` with the events of records, each once, by the primary key. `records` adds a SELECT of shard, height
/// and index. A record without an event has no row.
pub(super) fn push_events(
    statement: &mut QueryBuilder<Postgres>,
    tenant: Uuid,
    records: impl FnOnce(&mut QueryBuilder<Postgres>),
) {
    statement.push(" FROM (WITH named AS MATERIALIZED (SELECT DISTINCT * FROM (");
    records(statement);
    // Only the primary key has this order, so it is preferred where the estimates of all indexes are equal.
    statement
        .push(
            ") AS records (shard, height, record_index)) SELECT found.* FROM named CROSS JOIN LATERAL (
             SELECT * FROM index.provenance_event one WHERE one.tenant_id = ",
        )
        .push_bind(tenant)
        .push(
            " AND one.shard = named.shard AND one.height = named.height
             AND one.record_index BETWEEN named.record_index AND named.record_index
             ORDER BY one.record_index LIMIT 1) AS found) AS e",
        );
}

/// Counts the records of each condition up to one more than [`FEW_RECORDS_MAX`], as an array.
fn count_statement(head: &'static str, conditions: &[Named]) -> QueryBuilder<Postgres> {
    let mut statement = QueryBuilder::<Postgres>::new(head);
    statement.push("SELECT ARRAY[");
    for (place, condition) in conditions.iter().enumerate() {
        statement.push(if place == 0 { "" } else { ", " }).push("(SELECT count(*) FROM (");
        condition.push_records(&mut statement, false);
        statement.push(" LIMIT ").push_bind(i64::from(FEW_RECORDS_MAX) + 1).push(") AS few)");
    }
    statement.push("]");
    statement
}

impl Named {
    fn of_term(owner: Owner<'_>, condition: &TermMatch) -> Self {
        let hashes = condition.values.iter().map(|value| term_hash(value)).collect();
        let lookup = Lookup::Terms { kind: condition.kind.number().into(), hashes };
        Self { tenant: tenant::uuid(owner.tenant), lookups: vec![lookup] }
    }

    fn of_match(owner: Owner<'_>, condition: &IdentifierMatch) -> Self {
        let mut subjects: Vec<Uuid> = Vec::new();
        let (mut from, mut to) = (Vec::new(), Vec::new());
        for pattern in &condition.patterns {
            match pattern {
                Pattern::Exact(canonical) => {
                    subjects.push(subject_hash(owner.subject_key.subject(owner.tenant, kind::EPC, canonical)));
                }
                Pattern::Keys(ranges) => {
                    for range in ranges {
                        from.push(range.from.clone());
                        to.push(range.to.clone());
                    }
                }
            }
        }
        let mut lookups = Vec::new();
        // A condition without a pattern matches nothing; the query parser never produces one.
        if !subjects.is_empty() || from.is_empty() {
            let roles = condition.roles.iter().fold(0, |bits, role| bits | role_bit(*role));
            lookups.push(Lookup::Subjects { subjects, roles });
        }
        if !from.is_empty() {
            let roles = condition.roles.iter().map(|role| i16::from(role.number())).collect();
            lookups.push(Lookup::Patterns { from, to, roles });
        }
        Self { tenant: tenant::uuid(owner.tenant), lookups }
    }

    /// Whether its tables have a key by value and record, for few values. The rows of a pattern are ordered by keys
    /// first, so a check of one record would read all rows of the pattern.
    fn can_be_checked(&self) -> bool {
        self.lookups.iter().all(|lookup| match lookup {
            Lookup::Subjects { subjects: values, .. } | Lookup::Terms { hashes: values, .. } => {
                values.len() <= CHECKED_VALUES_MAX
            }
            Lookup::Patterns { .. } => false,
        })
    }

    /// Adds a SELECT of the shard, height and index of its records, some more than once; with `of_event`, only of the
    /// record of `e`.
    fn push_records(&self, statement: &mut QueryBuilder<Postgres>, of_event: bool) {
        for (place, lookup) in self.lookups.iter().enumerate() {
            statement.push(if place == 0 { "" } else { " UNION ALL " });
            statement.push("SELECT found.* FROM unnest(");
            lookup.push(statement);
            statement.push(" AND r.tenant_id = ").push_bind(self.tenant);
            if of_event {
                statement.push(" AND r.shard = e.shard AND r.height = e.height AND r.record_index = e.record_index");
            }
            statement.push(" OFFSET 0) AS found");
        }
    }
}

impl Lookup {
    /// Adds the values, and the beginning of a lookup of each in the rows `r` of its table.
    fn push(&self, statement: &mut QueryBuilder<Postgres>) {
        match self {
            Self::Subjects { subjects, roles } => statement
                .push_bind(subjects.clone())
                .push(
                    "::uuid[]) AS wanted (subject) CROSS JOIN LATERAL (SELECT r.shard, r.height, r.record_index
                     FROM index.provenance_stream r WHERE r.subject = wanted.subject AND r.roles & ",
                )
                .push_bind(*roles)
                .push(" <> 0"),
            Self::Terms { kind, hashes } => statement
                .push_bind(hashes.clone())
                .push(
                    "::uuid[]) AS wanted (value_hash) CROSS JOIN LATERAL (SELECT r.shard, r.height, r.record_index
                     FROM index.provenance_term r WHERE r.value_hash = wanted.value_hash AND r.kind = ",
                )
                .push_bind(*kind),
            Self::Patterns { from, to, roles } => statement
                .push_bind(from.clone())
                .push("::text[], ")
                .push_bind(to.clone())
                .push(
                    "::text[]) AS wanted (first, last) CROSS JOIN LATERAL (SELECT r.shard, r.height, r.record_index
                     FROM index.provenance_pattern r
                     WHERE r.pattern_key BETWEEN wanted.first AND wanted.last AND r.role = ANY(",
                )
                .push_bind(roles.clone())
                .push(")"),
        };
    }
}
