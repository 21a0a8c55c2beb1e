//! Translates the conditions of an EPCIS event query to SQL. Invariant: values are bound, never written into the SQL
//! text. An absent condition adds nothing to the statement or to its plan.

use super::EventPosition;
use crate::{
    column::{self, ColumnError},
    provenance::row::{action_number, event_type_number, identifier_text, text_hash},
    tenant,
};
use chain_types::TenantId;
use sqlx::{Postgres, QueryBuilder};
use standards_epcis::{
    extract::IdentifierRole,
    pattern::Pattern,
    query::{EventQuery, IdentifierMatch, OrderBy, OrderDirection, TimeRange},
};

/// Adds ` WHERE …` on `index.provenance_event e`.
pub(super) fn push_conditions(statement: &mut QueryBuilder<Postgres>, tenant: TenantId, query: &EventQuery) {
    statement.push(" WHERE e.tenant_id = ").push_bind(tenant::uuid(tenant));
    let event_types: Vec<i16> = query.event_types.iter().copied().map(event_type_number).collect();
    let actions: Vec<i16> = query.actions.iter().copied().map(action_number).collect();
    for (name, numbers) in [("event_type", event_types), ("action", actions)] {
        if !numbers.is_empty() {
            statement.push(" AND e.").push(name).push(" = ANY(").push_bind(numbers).push(")");
        }
    }
    push_time(statement, "event_time_ms", query.event_time);
    push_time(statement, "record_time_ms", query.record_time);
    for (name, values) in [
        ("biz_step", &query.biz_steps),
        ("disposition", &query.dispositions),
        ("read_point", &query.read_points),
        ("biz_location", &query.biz_locations),
    ] {
        push_any(statement, name, values);
    }
    if !query.event_ids.is_empty() {
        let hashes: Vec<i64> = query.event_ids.iter().map(|id| text_hash(id)).collect();
        statement.push(" AND e.event_id_hash = ANY(").push_bind(hashes).push(")");
        push_any(statement, "event_id", &query.event_ids);
    }
    for condition in &query.matches {
        push_match(statement, tenant, condition);
    }
}

/// Adds ` AND …` for the events after a position in the query's order.
pub(super) fn push_position(
    statement: &mut QueryBuilder<Postgres>,
    query: &EventQuery,
    after: &EventPosition,
) -> Result<(), ColumnError> {
    let comparison = match query.order_direction {
        OrderDirection::Ascending => ") > (",
        OrderDirection::Descending => ") < (",
    };
    statement.push(" AND (e.").push(time_column(query)).push(", e.shard, e.height, e.record_index").push(comparison);
    let mut values = statement.separated(", ");
    values.push_bind(after.time_ms);
    values.push_bind(column::stored("shard", after.shard)?);
    values.push_bind(column::stored("height", after.height)?);
    values.push_bind(column::stored("record_index", after.record_index)?);
    statement.push(")");
    Ok(())
}

/// Adds ` ORDER BY …`. The order is total: no two events are equal.
pub(super) fn push_order(statement: &mut QueryBuilder<Postgres>, query: &EventQuery) {
    let direction = match query.order_direction {
        OrderDirection::Ascending => " ASC",
        OrderDirection::Descending => " DESC",
    };
    statement.push(" ORDER BY ");
    let mut columns = statement.separated(", ");
    for name in [time_column(query), "shard", "height", "record_index"] {
        columns.push("e.").push_unseparated(name).push_unseparated(direction);
    }
}

const fn time_column(query: &EventQuery) -> &'static str {
    match query.order_by {
        OrderBy::EventTime => "event_time_ms",
        OrderBy::RecordTime => "record_time_ms",
    }
}

fn push_time(statement: &mut QueryBuilder<Postgres>, name: &'static str, range: TimeRange) {
    if let Some(from_ms) = range.from_ms {
        statement.push(" AND e.").push(name).push(" >= ").push_bind(from_ms);
    }
    if let Some(until_ms) = range.until_ms {
        statement.push(" AND e.").push(name).push(" < ").push_bind(until_ms);
    }
}

fn push_any(statement: &mut QueryBuilder<Postgres>, name: &'static str, values: &[String]) {
    if !values.is_empty() {
        statement.push(" AND e.").push(name).push(" = ANY(").push_bind(values.to_vec()).push(")");
    }
}

/// Exact identifiers are found in the table of hashes and then compared as text; patterns are compared as text only.
fn push_match(statement: &mut QueryBuilder<Postgres>, tenant: TenantId, condition: &IdentifierMatch) {
    let (mut exact, mut prefixes) = (Vec::new(), Vec::new());
    for pattern in &condition.patterns {
        match pattern {
            Pattern::Exact(canonical) => exact.push(canonical.as_str()),
            Pattern::AnyPrefix(of_pattern) => prefixes.extend(of_pattern.iter().map(String::as_str)),
        }
    }
    let mut joiner = " AND (";
    if !exact.is_empty() {
        let hashes: Vec<i64> = exact.iter().map(|canonical| text_hash(canonical)).collect();
        let roles: Vec<i16> = condition.roles.iter().map(|role| i16::from(role.number())).collect();
        statement
            .push(joiner)
            .push(
                "(e.shard, e.height, e.record_index) IN (SELECT i.shard, i.height, i.record_index
                 FROM index.provenance_identifier i WHERE i.tenant_id = ",
            )
            .push_bind(tenant::uuid(tenant))
            .push(" AND i.identifier_hash = ANY(")
            .push_bind(hashes)
            .push(") AND i.role = ANY(")
            .push_bind(roles)
            .push(")) AND e.identifiers ?| ")
            .push_bind(texts(condition.roles, &exact));
        joiner = " OR ";
    }
    if !prefixes.is_empty() {
        statement
            .push(joiner)
            .push(
                "EXISTS (SELECT FROM jsonb_array_elements_text(e.identifiers) AS named (text)
                 WHERE named.text ^@ ANY(",
            )
            .push_bind(texts(condition.roles, &prefixes))
            .push("))");
        joiner = " OR ";
    }
    // A condition without a pattern matches nothing; the query parser never produces one.
    statement.push(if joiner == " OR " { ")" } else { " AND FALSE" });
}

/// Every value in every role, as the column `identifiers` contains them.
fn texts(roles: &[IdentifierRole], values: &[&str]) -> Vec<String> {
    roles.iter().flat_map(|role| values.iter().map(|value| identifier_text(*role, value))).collect()
}
