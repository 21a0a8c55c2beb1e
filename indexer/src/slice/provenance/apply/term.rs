//! The rows of rare fields. Invariant: an event without such a field has none.

use super::{NewEvent, TERM};
use crate::{
    column::ColumnError,
    insert::{Insert, Statement},
    provenance::term::term_hash,
};

pub(super) fn insert_terms(events: &[NewEvent]) -> Result<Vec<Statement>, ColumnError> {
    let terms =
        events.iter().flat_map(|event| event.terms.iter().map(|(kind, value)| (&event.row, *kind, term_hash(value))));
    let rows: Vec<_> = terms.collect();
    Insert::into(TERM, &rows)
        .column("tenant_id", |(event, ..)| event.tenant)
        .column("kind", |(_, kind, _)| *kind)
        .column("value_hash", |(.., value_hash)| *value_hash)
        .column("shard", |(event, ..)| event.shard)
        .column("height", |(event, ..)| event.height)
        .column("record_index", |(event, ..)| event.record_index)
        .statements()
}
