//! Collects what the events of a batch name, each value once. Invariant: rows are written in the order of their key,
//! and a row that exists is left as it is.

use super::{NewEvent, VALUE};
use crate::{
    batch::AppliedRecord,
    column::ColumnError,
    insert::{Insert, Statement},
    provenance::value::{ValueKind, is_listed},
};
use chain_types::{ShardId, TenantId};
use standards_epcis::extract::IdentifierRole as Role;
use std::collections::BTreeSet;

/// A row of the table, ordered as its key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Listed {
    tenant: TenantId,
    kind: ValueKind,
    value: String,
    shard: ShardId,
}

/// The values of a batch.
#[derive(Debug, Default)]
pub(super) struct Values(BTreeSet<Listed>);

impl Values {
    /// Adds the fields of an event with one value.
    pub(super) fn push(&mut self, event: &NewEvent) {
        let row = &event.row;
        let fields = [
            (ValueKind::OwnType, &row.own_type),
            (ValueKind::BizStep, &row.biz_step),
            (ValueKind::BizLocation, &row.biz_location),
            (ValueKind::ReadPoint, &row.read_point),
            (ValueKind::Disposition, &row.disposition),
        ];
        for (kind, value) in fields {
            if let Some(value) = value {
                self.insert(row.tenant, kind, value, row.shard);
            }
        }
    }

    /// Adds an identifier that is a subject of its record: a query by the identifier finds the record.
    pub(super) fn push_identifier(&mut self, record: &AppliedRecord<'_>, role: Role, canonical: &str) {
        if is_instance(role) {
            self.insert(record.tenant, ValueKind::Epc, canonical, record.header.shard);
        }
    }

    fn insert(&mut self, tenant: TenantId, kind: ValueKind, value: &str, shard: ShardId) {
        if is_listed(value) {
            self.0.insert(Listed { tenant, kind, value: value.to_owned(), shard });
        }
    }

    pub(super) fn statements(&self) -> Result<Vec<Statement>, ColumnError> {
        let rows: Vec<&Listed> = self.0.iter().collect();
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
