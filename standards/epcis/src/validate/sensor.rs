//! Checks the sensor data of an event (EPCIS 2.0 section 7.3). Invariant: every accepted report states the measured
//! type or an exception.

use super::{Check, name, part, scalar};
use crate::{
    json::Node,
    problem::{Path, code},
    vocabulary::{MEASUREMENT, SENSOR_ALERT, SENSOR_COMPONENT},
};

/// Checks `sensorElementList`: `{sensorMetadata?, sensorReport}`.
pub(super) fn elements(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    for (index, element) in part::array(check, node, path).unwrap_or_default().iter().enumerate() {
        if check.problems.is_full() {
            return;
        }
        let path = path.index(index);
        let Some(members) = part::object(check, element, &path) else { continue };
        part::require(check, element, "sensorReport", &path);
        for member in members {
            let path = path.name(&member.name);
            match &*member.name {
                "sensorMetadata" => metadata(check, &member.node, &path),
                "sensorReport" => reports(check, &member.node, &path),
                other => name::extension(check, other, &path),
            }
        }
    }
}

fn metadata(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    for member in part::object(check, node, path).unwrap_or_default() {
        let path = path.name(&member.name);
        match &*member.name {
            "time" | "startTime" | "endTime" => scalar::time(check, &member.node, &path),
            "deviceID" | "deviceMetadata" | "rawData" | "dataProcessingMethod" | "bizRules" => {
                scalar::uri(check, &member.node, &path);
            }
            other => name::extension(check, other, &path),
        }
    }
}

fn reports(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    let Some(reports) = part::array(check, node, path) else { return };
    if reports.is_empty() {
        check.problems.push(path, code::MISSING_FIELD, "at least one report is required here");
    }
    for (index, report) in reports.iter().enumerate() {
        if check.problems.is_full() {
            return;
        }
        self::report(check, report, &path.index(index));
    }
}

fn report(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    let Some(members) = part::object(check, node, path) else { return };
    if node.get("exception").is_none() {
        part::require(check, node, "type", path);
    }
    for member in members {
        let path = path.name(&member.name);
        let value = &member.node;
        match &*member.name {
            "type" => scalar::word(check, value, &path, &MEASUREMENT),
            "exception" => scalar::word(check, value, &path, &SENSOR_ALERT),
            "component" => scalar::word(check, value, &path, &SENSOR_COMPONENT),
            "time" => scalar::time(check, value, &path),
            "value" | "minValue" | "maxValue" | "meanValue" | "sDev" | "percRank" | "percValue" => {
                scalar::number(check, value, &path);
            }
            "booleanValue" => scalar::boolean(check, value, &path),
            "hexBinaryValue" => scalar::hex(check, value, &path),
            "stringValue" | "uom" => scalar::text(check, value, &path),
            "deviceID"
            | "deviceMetadata"
            | "rawData"
            | "dataProcessingMethod"
            | "bizRules"
            | "microorganism"
            | "chemicalSubstance"
            | "uriValue"
            | "coordinateReferenceSystem" => scalar::uri(check, value, &path),
            other => name::extension(check, other, &path),
        }
    }
}
