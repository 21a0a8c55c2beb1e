//! How each type of events is made to happen. Invariant: the table has the types of the index, in their order.

use super::sample::Sample;
use gateway::event::model::TYPE_PREFIX;

/// How a type of events is made to happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// By capturing a sample.
    Capture(Sample),
    /// Not by this command, for this reason.
    Never(&'static str),
}

const TENANT: Way = Way::Never("it happens once, when the tenant is created, and is its event number 1");
const AUTHOR: Way = Way::Never("no API changes the keys that sign for a tenant yet");
const UNITS: Way = Way::Never("no API moves native units yet");
const BETWEEN_SHARDS: Way = Way::Never("it follows from moving native units between shards, which no API does yet");
const VALIDATOR: Way = Way::Never("it is an act of a validator or its operator, see `waymark validator`");
const CHAIN: Way = Way::Never("the chain itself makes it happen, for no tenant");

/// Each type without the prefix `waymark.`, and its way.
pub(super) const TABLE: &[(&str, Way)] = &[
    ("account.tenant_registered", TENANT),
    ("account.author_added", AUTHOR),
    ("account.author_removed", AUTHOR),
    ("native.transferred", UNITS),
    ("native.granted", UNITS),
    ("atomic.sent", BETWEEN_SHARDS),
    ("atomic.credited", BETWEEN_SHARDS),
    ("atomic.bounced", BETWEEN_SHARDS),
    ("atomic.outbox_acknowledged", BETWEEN_SHARDS),
    ("atomic.bundle_opened", BETWEEN_SHARDS),
    ("atomic.leg_prepared", BETWEEN_SHARDS),
    ("atomic.leg_refused", BETWEEN_SHARDS),
    ("atomic.leg_reported", BETWEEN_SHARDS),
    ("atomic.bundle_decided", BETWEEN_SHARDS),
    ("atomic.leg_settled", BETWEEN_SHARDS),
    ("atomic.leg_forgotten", BETWEEN_SHARDS),
    ("beacon.registered", VALIDATOR),
    ("beacon.sync_acknowledged", VALIDATOR),
    ("beacon.leave_announced", VALIDATOR),
    ("beacon.returned", VALIDATOR),
    ("beacon.deal_accepted", VALIDATOR),
    ("beacon.shares_revealed", VALIDATOR),
    ("beacon.convicted", VALIDATOR),
    ("beacon.withdrawn", VALIDATOR),
    ("beacon.attended", CHAIN),
    ("beacon.shard_confirmed", CHAIN),
    ("beacon.epoch_ended", CHAIN),
    ("beacon.epoch_entered", CHAIN),
    ("beacon.pulsed", CHAIN),
    ("beacon.version_scheduled", VALIDATOR),
    ("provenance.event_captured", Way::Capture(Sample::Event)),
    ("provenance.error_declared", Way::Capture(Sample::ErrorDeclaration)),
    ("provenance.master_data_recorded", Way::Capture(Sample::MasterData)),
];

/// The names of the types that can be made to happen.
pub(super) fn names() -> Vec<String> {
    let can = TABLE.iter().filter(|(_, way)| matches!(way, Way::Capture(_)));
    can.map(|(event, _)| format!("{TYPE_PREFIX}{event}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_the_index_can_be_made_to_happen_or_has_a_reason() {
        let stated: Vec<_> = TABLE.iter().map(|(event, _)| *event).collect();
        assert_eq!(stated, indexer::event_types().map(|it| it.name).collect::<Vec<_>>());
        for (event, way) in TABLE {
            assert!(*way != Way::Never(""), "{event} has a reason");
        }
        assert_eq!(names().len(), 3);
    }
}
