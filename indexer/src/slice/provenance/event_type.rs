//! The event types of the domain. Invariant: a code never changes its meaning.

use crate::event::event_types;
use chain_types::provenance;

event_types! {
    EVENT_TYPES, event_type for provenance:
    1001 EventCaptured "provenance.event_captured";
    1002 ErrorDeclared "provenance.error_declared";
    1003 MasterDataRecorded "provenance.master_data_recorded";
}
