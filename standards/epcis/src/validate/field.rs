//! The fields that each event type may have, and their checks (EPCIS 2.0 section 7.4). Invariant: each member of an
//! accepted event is a standard field of its type, or an extension. A user's event type may have all standard fields.

use super::{Check, name, part, scalar, sensor};
use crate::{
    event::EventType,
    json::{Member, Node},
    problem::{Path, code},
    vocabulary::{BIZ_STEP, DISPOSITION, PARTY_TYPE, TRANSACTION_TYPE},
};

type Checker = fn(&mut Check<'_, '_, '_>, &Node<'_>, &Path<'_>);

struct Field {
    name: &'static str,
    types: &'static [EventType],
    check: Checker,
}

const fn field(name: &'static str, types: &'static [EventType], check: Checker) -> Field {
    Field { name, types, check }
}

const ALL: &[EventType] = &EventType::STANDARD;
const LISTS: &[EventType] = &[EventType::Object, EventType::Transaction];
const PARENTS: &[EventType] = &[EventType::Aggregation, EventType::Transaction, EventType::Association];
const CHILDREN: &[EventType] = &[EventType::Aggregation, EventType::Association];
const CHANGES: &[EventType] = &[EventType::Transformation];
const ACTIONS: &[EventType] =
    &[EventType::Object, EventType::Aggregation, EventType::Transaction, EventType::Association];
const MASTER_DATA: &[EventType] = &[EventType::Object, EventType::Transformation];

static FIELDS: [Field; 28] = [
    // Both were read before the other fields are checked.
    field("@context", ALL, |_, _, _| {}),
    field("type", ALL, |_, _, _| {}),
    field("eventID", ALL, scalar::uri),
    field("eventTime", ALL, scalar::event_time),
    field("recordTime", ALL, scalar::time),
    field("eventTimeZoneOffset", ALL, scalar::zone_offset),
    field("certificationInfo", ALL, part::uri_or_uris),
    field("errorDeclaration", ALL, part::error_declaration),
    field("epcList", LISTS, part::epcs),
    field("quantityList", LISTS, part::quantities),
    field("parentID", PARENTS, scalar::uri),
    field("childEPCs", CHILDREN, part::epcs),
    field("childQuantityList", CHILDREN, part::quantities),
    field("inputEPCList", CHANGES, part::epcs),
    field("inputQuantityList", CHANGES, part::quantities),
    field("outputEPCList", CHANGES, part::epcs),
    field("outputQuantityList", CHANGES, part::quantities),
    field("transformationID", CHANGES, scalar::uri),
    field("action", ACTIONS, scalar::action),
    field("bizStep", ALL, |check, node, path| scalar::word(check, node, path, &BIZ_STEP)),
    field("disposition", ALL, |check, node, path| scalar::word(check, node, path, &DISPOSITION)),
    field("persistentDisposition", ALL, part::persistent_disposition),
    field("readPoint", ALL, part::place),
    field("bizLocation", ALL, part::place),
    field("bizTransactionList", ALL, |check, node, path| {
        part::typed(check, node, path, "bizTransaction", &TRANSACTION_TYPE, part::TypeIs::Optional);
    }),
    field("sourceList", ALL, |check, node, path| {
        part::typed(check, node, path, "source", &PARTY_TYPE, part::TypeIs::Required);
    }),
    field("destinationList", ALL, |check, node, path| {
        part::typed(check, node, path, "destination", &PARTY_TYPE, part::TypeIs::Required);
    }),
    field("sensorElementList", ALL, sensor::elements),
];

/// The lists that the JSON schema lets name an instance once only. Others may repeat one, without a further meaning.
const UNIQUE: [(EventType, &str); 3] = [
    (EventType::Object, "epcList"),
    (EventType::Transformation, "inputEPCList"),
    (EventType::Transformation, "outputEPCList"),
];

/// Checks one member of an event.
pub(super) fn check(
    check: &mut Check<'_, '_, '_>,
    event_type: EventType,
    event: &Node<'_>,
    member: &Member<'_>,
    path: &Path<'_>,
) {
    let path = path.name(&member.name);
    if member.name.contains(':') {
        return name::extension(check, &member.name, &path);
    }
    if member.name == "ilmd" {
        return master_data(check, event_type, event, &member.node, &path);
    }
    match FIELDS.iter().find(|field| field.name == member.name) {
        None => name::extension(check, &member.name, &path),
        Some(field) if event_type != EventType::Own && !field.types.contains(&event_type) => {
            let detail = format!("{} has no {}", event_type.as_str(), field.name);
            check.problems.push(&path, code::FIELD_NOT_ALLOWED, detail);
        }
        Some(field) => (field.check)(check, &member.node, &path),
    }
    if UNIQUE.contains(&(event_type, &*member.name)) {
        part::unique(check, &member.node, &path);
    }
}

/// Instance and lot master data is allowed only on events that create the objects it describes.
fn master_data(
    check: &mut Check<'_, '_, '_>,
    event_type: EventType,
    event: &Node<'_>,
    node: &Node<'_>,
    path: &Path<'_>,
) {
    let is_creation = event_type == EventType::Transformation || event.get_str("action") == Some("ADD");
    let is_allowed = event_type == EventType::Own || MASTER_DATA.contains(&event_type) && is_creation;
    if !is_allowed {
        let detail = "ilmd stands only in an ObjectEvent with action ADD and in a TransformationEvent";
        check.problems.push(path, code::FIELD_NOT_ALLOWED, detail);
        return;
    }
    let Some(members) = part::object(check, node, path) else { return };
    for member in members {
        if check.problems.is_full() {
            return;
        }
        name::master_data(check, &member.name, &path.name(&member.name));
    }
}
