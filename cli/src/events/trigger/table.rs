//! How each type of events is made to happen. Invariant: every row is about a type, or all other types of a slice.

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

/// Types without the prefix `waymark.`, or slices for their other types, and the way.
const TABLE: &[(&str, Way)] = &[
    ("account.tenant_registered", Way::Never("it happens once, when the tenant is created, and is its event number 1")),
    ("account", Way::Never("no API changes the keys that sign for a tenant yet")),
    ("native", Way::Never("no API moves native units yet")),
    ("atomic", Way::Never("it follows from moving native units between shards, which no API does yet")),
    ("beacon", Way::Never("it is an act of a validator, of its operator (see `waymark validator`), or of the chain")),
    ("provenance.event_captured", Way::Capture(Sample::Event)),
    ("provenance.error_declared", Way::Capture(Sample::ErrorDeclaration)),
    ("provenance.master_data_recorded", Way::Capture(Sample::MasterData)),
];
/// The way of types of which the table says nothing.
const UNKNOWN: Way = Way::Never("this command has no sample of it yet");

/// The way of a type without the prefix `waymark.`; `None` when there is no such type.
pub(super) fn way(event: &str) -> Option<Way> {
    let known = indexer::event_types().find(|it| it.name == event)?;
    let slice = known.name.split('.').next();
    let row = |name: &str| TABLE.iter().find(|(row, _)| *row == name).map(|(_, way)| *way);
    Some(row(event).or_else(|| row(slice?)).unwrap_or(UNKNOWN))
}

/// Every type without the prefix `waymark.`, and its way.
pub(super) fn ways() -> impl Iterator<Item = (&'static str, Way)> {
    indexer::event_types().map(|it| (it.name, way(it.name).unwrap_or(UNKNOWN)))
}

/// The names of the types that can be made to happen.
pub(super) fn names() -> Vec<String> {
    let can = ways().filter(|(_, way)| matches!(way, Way::Capture(_)));
    can.map(|(event, _)| format!("{TYPE_PREFIX}{event}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_about_a_type_or_a_slice_and_has_a_reason_or_a_sample() {
        let types: Vec<_> = indexer::event_types().map(|it| it.name).collect();
        for (name, way) in TABLE {
            let is_slice = |event: &&str| event.split('.').next() == Some(name);
            assert!(types.contains(name) || types.iter().any(is_slice), "{name}");
            assert_ne!(*way, Way::Never(""), "{name}");
        }
        assert_eq!(names().len(), 3);
        assert_eq!(ways().filter(|(_, way)| *way == UNKNOWN).count(), 0, "every type of today has a row");
        assert_eq!(way("provenance.nothing"), None);
    }
}
