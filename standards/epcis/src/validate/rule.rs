//! Checks the fields that an event's type and action require (EPCIS 2.0 section 7.4), and the number of identifiers.
//! Invariant: an accepted event names its objects, parent or children, business transactions, inputs or outputs.
//! An `ObjectEvent` may instead have an empty `epcList`, or sensor data of a place. An event of a user's type only
//! states its time.

use super::{Check, part};
use crate::{
    event::{Action, EventType},
    extract::IdentifierRole,
    json::Node,
    limit::IDENTIFIERS_PER_EVENT_MAX,
    problem::{Path, code},
};

pub(super) fn check(check: &mut Check<'_, '_, '_>, event_type: EventType, event: &Node<'_>, path: &Path<'_>) {
    part::require(check, event, "eventTime", path);
    part::require(check, event, "eventTimeZoneOffset", path);
    if !matches!(event_type, EventType::Transformation | EventType::Own) {
        part::require(check, event, "action", path);
    }
    // A missing or unknown action is already a problem. Rules that depend on it are skipped.
    let action = event.get_str("action").and_then(Action::from_name);
    match event_type {
        EventType::Object => object(check, event, path),
        EventType::Aggregation => {
            let needs_parent = matches!(action, Some(Action::Add | Action::Delete));
            parent_and_children(check, event, action, needs_parent, path);
        }
        EventType::Association => parent_and_children(check, event, action, true, path),
        EventType::Transaction => transaction(check, event, action, path),
        EventType::Transformation => transformation(check, event, path),
        EventType::Own => {}
    }
    count_identifiers(check, event, path);
}

fn has_any(event: &Node<'_>, lists: &[&str]) -> bool {
    lists.iter().any(|list| !event.get_array(list).is_empty())
}

/// An empty `epcList` is valid: it states that no objects were present.
fn object(check: &mut Check<'_, '_, '_>, event: &Node<'_>, path: &Path<'_>) {
    let has_sensor_data_of_place = has_any(event, &["sensorElementList"]) && event.get("readPoint").is_some();
    if event.get("epcList").is_none() && !has_any(event, &["quantityList"]) && !has_sensor_data_of_place {
        let detail = "an ObjectEvent names objects in epcList or quantityList, or carries sensor data of a readPoint";
        check.problems.push(&path.name("epcList"), code::MISSING_FIELD, detail);
    }
}

/// Parents and children: only DELETE may omit the children, and only OBSERVE of an aggregation the parent.
fn parent_and_children(
    check: &mut Check<'_, '_, '_>,
    event: &Node<'_>,
    action: Option<Action>,
    needs_parent: bool,
    path: &Path<'_>,
) {
    if needs_parent && event.get("parentID").is_none() {
        let detail = "an AssociationEvent, and an AggregationEvent with the action ADD or DELETE, name a parent";
        check.problems.push(&path.name("parentID"), code::MISSING_FIELD, detail);
    }
    let needs_children = matches!(action, Some(Action::Add | Action::Observe));
    if needs_children && !has_any(event, &["childEPCs", "childQuantityList"]) {
        let detail = "the actions ADD and OBSERVE name children in childEPCs or childQuantityList";
        check.problems.push(&path.name("childEPCs"), code::MISSING_FIELD, detail);
    }
}

fn transaction(check: &mut Check<'_, '_, '_>, event: &Node<'_>, action: Option<Action>, path: &Path<'_>) {
    if !has_any(event, &["bizTransactionList"]) {
        let detail = "a TransactionEvent names at least one business transaction";
        check.problems.push(&path.name("bizTransactionList"), code::MISSING_FIELD, detail);
    }
    let names_objects = event.get("epcList").is_some() || has_any(event, &["quantityList"]);
    if matches!(action, Some(Action::Add | Action::Observe)) && !names_objects {
        let detail = "the actions ADD and OBSERVE name objects in epcList or quantityList";
        check.problems.push(&path.name("epcList"), code::MISSING_FIELD, detail);
    }
}

/// Inputs and outputs may be in several events with the same `transformationID`.
fn transformation(check: &mut Check<'_, '_, '_>, event: &Node<'_>, path: &Path<'_>) {
    let has_inputs = has_any(event, &["inputEPCList", "inputQuantityList"]);
    let has_outputs = has_any(event, &["outputEPCList", "outputQuantityList"]);
    let is_part = event.get("transformationID").is_some();
    let is_latter_part = is_part && has_outputs;
    if !(has_inputs || is_latter_part) {
        let detail = "a TransformationEvent names its inputs, or outputs and a transformationID";
        check.problems.push(&path.name("inputEPCList"), code::MISSING_FIELD, detail);
    }
    if !has_outputs && !is_part {
        let detail = "a TransformationEvent without a transformationID names its outputs";
        check.problems.push(&path.name("outputEPCList"), code::MISSING_FIELD, detail);
    }
}

fn count_identifiers(check: &mut Check<'_, '_, '_>, event: &Node<'_>, path: &Path<'_>) {
    let mut count = 0;
    for role in IdentifierRole::ALL {
        let Some(node) = event.get(role.field()) else { continue };
        count += node.as_array().map_or(1, <[_]>::len);
        if count > IDENTIFIERS_PER_EVENT_MAX {
            let detail = format!("an event names at most {IDENTIFIERS_PER_EVENT_MAX} identifiers");
            check.problems.push(&path.name(role.field()), code::TOO_MANY_IDENTIFIERS, detail);
            return;
        }
    }
}
