//! Combines the slices (domains) of the index: their tables, and the rows of a batch. Invariant: every event type of
//! the ledger is matched here, with or without rows.

pub mod event;
pub mod ledger;
pub mod provenance;

use crate::{
    batch::{AppliedRecord, CheckedBlock},
    column::ColumnError,
    insert::{Statement, Table},
    open::{Keys, Skipped},
};
use chain_types::{Command, Event};
use event::{EventContent, EventType};
use ledger::conviction;

/// Every table of the schema, in the order of comparison.
pub(crate) fn tables() -> impl Iterator<Item = Table> {
    [ledger::TABLES, event::TABLES, provenance::TABLES].into_iter().flatten().copied()
}

/// Every event type, in the order of the codes.
pub fn event_types() -> impl Iterator<Item = EventType> {
    let own = [event::ACCOUNT_TYPES, event::NATIVE_TYPES, event::ATOMIC_TYPES, event::BEACON_TYPES];
    own.into_iter().chain([provenance::EVENT_TYPES]).flatten().copied()
}

/// The type of an event of the ledger.
pub(crate) const fn event_type(event: &Event) -> EventType {
    match event {
        Event::Account(event) => event::account_type(event),
        Event::Native(event) => event::native_type(event),
        Event::Atomic(event) => event::atomic_type(event),
        Event::Beacon(event) => event::beacon_type(event),
        Event::Provenance(event) => provenance::event_type(event),
    }
}

/// The tenants that a record concerns besides the one whose transaction has it.
pub(crate) fn concerned(event: &Event, command: &Command) -> event::Concerned {
    match event {
        Event::Account(event) => event::concerned_by_account(event),
        Event::Native(event) => event::concerned_by_native(event),
        Event::Atomic(event) => event::concerned_by_atomic(event, command),
        Event::Beacon(event) => event::concerned_by_beacon(event),
        Event::Provenance(_) => [None, None],
    }
}

/// What the event of a record says, when it is one of the ledger's own slices. A domain has tables for it.
pub(crate) fn content(record: &AppliedRecord<'_>) -> Option<EventContent> {
    match record.event {
        Event::Account(event) => Some(EventContent::Account(event.clone())),
        Event::Native(event) => Some(EventContent::Native(event.clone())),
        Event::Atomic(event) => Some(EventContent::of_atomic(event, record)),
        Event::Beacon(event) => Some(EventContent::of_beacon(event)),
        Event::Provenance(_) => None,
    }
}

/// The rows of a batch's applied records, without those of its blocks and transactions.
#[derive(Debug)]
pub(crate) struct Rows {
    event: event::Rows,
    conviction: conviction::Rows,
    provenance: provenance::Rows,
}

impl Rows {
    /// Opens the records of blocks of a chain of `shards` shards and builds their rows. Takes milliseconds of CPU time
    /// per hundred records.
    pub(crate) fn of(blocks: &[CheckedBlock], keys: &Keys, shards: u16) -> Self {
        let mut rows = Self {
            event: event::Rows::new(shards),
            conviction: conviction::Rows::default(),
            provenance: provenance::Rows::default(),
        };
        for record in blocks.iter().flat_map(CheckedBlock::applied) {
            rows.push(&record, keys);
        }
        rows
    }

    fn push(&mut self, record: &AppliedRecord<'_>, keys: &Keys) {
        let name = match record.event {
            Event::Provenance(event) => self.provenance.push(event, record, keys),
            Event::Beacon(event) => {
                self.conviction.push(event, record);
                None
            }
            Event::Account(_) | Event::Native(_) | Event::Atomic(_) => None,
        };
        self.event.push(record, name);
    }

    /// Builds the statements that write the rows, without those of [`Rows::into_events`].
    pub(crate) fn statements(&self) -> Result<Vec<Statement>, ColumnError> {
        let statements = [self.conviction.statements()?, self.provenance.statements()?];
        Ok(statements.into_iter().flatten().collect())
    }

    /// The records without rows or without fields, by slice.
    pub(crate) fn skipped(&self) -> Vec<(&'static str, Skipped)> {
        vec![("provenance", self.provenance.skipped)]
    }

    /// The events of the records, which are numbered when they are written.
    pub(crate) fn into_events(self) -> event::Rows {
        self.event
    }
}
