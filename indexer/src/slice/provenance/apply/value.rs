//! Collects what the events of a batch name, each value once. Invariant: rows are written in the order of their key, and
//! a row that exists is left as it is.

use super::{NewEvent, VALUE};
use crate::{
    column::ColumnError,
    insert::{Insert, Statement},
    provenance::value::{ValueKind, is_listed},
};
use chain_types::{ShardId, TenantId};
use standards_epcis::extract::IdentifierRole as Role;
use std::collections::BTreeSet;

/// A row of the table, ordered as its key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Value {
    tenant: TenantId,
    kind: ValueKind,
    value: String,
    shard: ShardId,
}

/// The values of a batch.
#[derive(Debug, Default)]
pub(super) struct Values(BTreeSet<Value>);

impl Values {
    /// Adds the values of an event.
    pub(super) fn push(&mut self, event: &NewEvent) {
        let row = &event.row;
        let fields = [
            (ValueKind::OwnType, &row.own_type),
            (ValueKind::BizStep, &row.biz_step),
            (ValueKind::BizLocation, &row.biz_location),
            (ValueKind::ReadPoint, &row.read_point),
            (ValueKind::Disposition, &row.disposition),
        ];
        let fields = fields.into_iter().filter_map(|(kind, value)| Some((kind, value.as_ref()?)));
        let epcs = event.identifiers.iter().filter(|(role, _)| is_instance(*role));
        for (kind, value) in fields.chain(epcs.map(|(_, epc)| (ValueKind::Epc, epc))) {
            if is_listed(value) {
                self.0.insert(Value { tenant: row.tenant, kind, value: value.clone(), shard: row.shard });
            }
        }
    }

    pub(super) fn statements(&self) -> Result<Vec<Statement>, ColumnError> {
        let rows: Vec<&Value> = self.0.iter().collect();
        Insert::documents_into(VALUE, &rows, |row| row.value.len())
            .column("tenant_id", |row| row.tenant)
            .column("kind", |row| row.kind)
            .column("value", |row| row.value.as_str())
            .column("shard", |row| row.shard)
            .or_keep()
            .statements()
    }
}

/// Whether identifiers of a role are EPCs, not classes.
const fn is_instance(role: Role) -> bool {
    matches!(role, Role::Epc | Role::ParentId | Role::ChildEpc | Role::InputEpc | Role::OutputEpc)
}
