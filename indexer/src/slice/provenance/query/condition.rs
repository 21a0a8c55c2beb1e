//! Translates the conditions of an EPCIS event query to SQL. Invariant: values are bound, never written into the SQL
//! text. An absent condition adds nothing to the statement or to its plan.

use super::{EventPosition, Owner, named::Strategy};
use crate::{
    column::{self, ColumnError},
    provenance::row::{action_number, event_type_number, text_hash},
    tenant,
};
use sqlx::{Postgres, QueryBuilder};
use standards_epcis::query::{EventQuery, OrderBy, OrderDirection};

/// Adds ` FROM … e WHERE …`, where `e` has the columns of `index.provenance_event`.
pub(super) fn push_conditions(
    statement: &mut QueryBuilder<Postgres>,
    owner: Owner<'_>,
    query: &EventQuery,
    strategy: &Strategy,
) {
    strategy.push_source(statement, owner);
    statement.push(" WHERE e.tenant_id = ").push_bind(tenant::uuid(owner.tenant));
    let event_types: Vec<i16> = query.event_types.iter().copied().map(event_type_number).collect();
    let actions: Vec<i16> = query.actions.iter().copied().map(action_number).collect();
    if !(event_types.is_empty() && query.own_types.is_empty()) {
        statement.push(" AND (e.event_type = ANY(").push_bind(event_types);
        statement.push(") OR e.own_type = ANY(").push_bind(query.own_types.clone()).push("))");
    }
    if !actions.is_empty() {
        statement.push(" AND e.action = ANY(").push_bind(actions).push(")");
    }
    if query.only_error_declarations {
        statement.push(" AND e.declares_error");
    }
    push_times(statement, query);
    for (name, values) in [
        ("biz_step", &query.biz_steps),
        ("disposition", &query.dispositions),
        ("read_point", &query.read_points),
        ("biz_location", &query.biz_locations),
        ("read_point", &query.read_points_within),
        ("biz_location", &query.biz_locations_within),
    ] {
        push_any(statement, name, values);
    }
    if !query.event_ids.is_empty() {
        let hashes: Vec<i64> = query.event_ids.iter().map(|id| text_hash(id)).collect();
        statement.push(" AND e.event_id_hash = ANY(").push_bind(hashes).push(")");
        push_any(statement, "event_id", &query.event_ids);
    }
    strategy.push_checks(statement);
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
    statement.push(" AND (");
    let mut columns = statement.separated(", ");
    for name in time_columns(query).iter().chain(&RECORD_COLUMNS) {
        columns.push(*name);
    }
    statement.push(comparison);
    let mut values = statement.separated(", ");
    values.push_bind(after.time.unix_ms());
    if query.order_by == OrderBy::EventTime {
        values.push_bind(after.time.rest());
    }
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
    for name in time_columns(query).iter().chain(&RECORD_COLUMNS) {
        columns.push(*name).push_unseparated(direction);
    }
}

/// The columns that order events of equal time.
const RECORD_COLUMNS: [&str; 3] = ["e.shard", "e.height", "e.record_index"];

/// The columns of the time that orders the answer. Event times are compared as rows of both columns.
const fn time_columns(query: &EventQuery) -> &'static [&'static str] {
    match query.order_by {
        OrderBy::EventTime => &["e.event_time_ms", "e.event_time_rest"],
        OrderBy::RecordTime => &["e.record_time_ms"],
    }
}

fn push_times(statement: &mut QueryBuilder<Postgres>, query: &EventQuery) {
    for (comparison, bound) in [(" >= (", query.event_time.from), (" < (", query.event_time.until)] {
        let Some(bound) = bound else { continue };
        statement.push(" AND (e.event_time_ms, e.event_time_rest)").push(comparison).push_bind(bound.unix_ms());
        statement.push(", ").push_bind(bound.rest()).push(")");
    }
    for (comparison, bound) in [(" >= ", query.record_time.from), (" < ", query.record_time.until)] {
        let Some(bound) = bound else { continue };
        // Blocks have times in milliseconds. One of them is below a bound exactly when it is below the next
        // millisecond.
        statement.push(" AND e.record_time_ms").push(comparison).push_bind(bound.unix_ms_ceiling());
    }
}

fn push_any(statement: &mut QueryBuilder<Postgres>, name: &'static str, values: &[String]) {
    if !values.is_empty() {
        statement.push(" AND e.").push(name).push(" = ANY(").push_bind(values.to_vec()).push(")");
    }
}
