//! Combines the slices (domains) of the index: their tables, and the rows of a batch. Invariant: every event type of
//! the ledger is matched here, with or without rows.

pub mod ledger;
pub mod provenance;

use crate::{
    batch::{AppliedRecord, CheckedBlock},
    column::ColumnError,
    insert::{Statement, Table},
    open::{Keys, Skipped},
};
use chain_types::Event;
use ledger::conviction;

/// Every table of the schema, in the order of comparison.
pub(crate) fn tables() -> impl Iterator<Item = Table> {
    [ledger::TABLES, provenance::TABLES].into_iter().flatten().copied()
}

/// The rows of a batch's applied records, without those of its blocks and transactions.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    conviction: conviction::Rows,
    provenance: provenance::Rows,
}

impl Rows {
    /// Opens the records of blocks and builds their rows. Takes milliseconds of CPU time per hundred records.
    pub(crate) fn of(blocks: &[CheckedBlock], keys: &Keys) -> Self {
        let mut rows = Self::default();
        for record in blocks.iter().flat_map(CheckedBlock::applied) {
            rows.push(&record, keys);
        }
        rows
    }

    fn push(&mut self, record: &AppliedRecord<'_>, keys: &Keys) {
        match record.event {
            Event::Provenance(event) => self.provenance.push(event, record, keys),
            Event::Beacon(event) => self.conviction.push(event, record),
            Event::Account(_) | Event::Native(_) | Event::Atomic(_) => {}
        }
    }

    /// Builds the statements that write the rows.
    pub(crate) fn statements(&self) -> Result<Vec<Statement>, ColumnError> {
        let statements = [self.conviction.statements()?, self.provenance.statements()?];
        Ok(statements.into_iter().flatten().collect())
    }

    /// The records without rows or without fields, by slice.
    pub(crate) fn skipped(&self) -> Vec<(&'static str, Skipped)> {
        vec![("provenance", self.provenance.skipped)]
    }
}
