//! The fields that a name can end with. Invariant: a field of the standard has the comparisons that its type allows,
//! and its name is not read as that of a user's field, which has a namespace.

use super::{Comparison, Names, OPERATORS, Operator};
use crate::{
    filter::{Depth, Field, FieldName, Form, Place, TypedList},
    vocabulary::{MEASUREMENT, PARTY_TYPE, SENSOR_ALERT, TRANSACTION_TYPE},
};

/// What the values of a field are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Texts, numbers and times.
    Any,
    Number,
    Time,
    /// Texts in this form.
    Text(Form),
    /// Anything, of which only the existence is asked for.
    Part,
}

/// The field of a parameter.
pub(super) struct Target {
    pub(super) field: Field,
    pub(super) kind: Kind,
}

/// A field of the standard with a name of its own.
pub(super) struct Standard {
    pub(super) name: &'static str,
    field: fn(&'static str) -> Field,
    kind: Kind,
}

const fn standard_field(name: &'static str, field: fn(&'static str) -> Field, kind: Kind) -> Standard {
    Standard { name, field, kind }
}

const fn sensor(name: &'static str, kind: Kind) -> Standard {
    standard_field(name, Field::Sensor, kind)
}

const IDENTIFIER: Kind = Kind::Text(Form::Identifier);

pub(super) static STANDARD: [Standard; 20] = [
    standard_field("quantity", |_| Field::Quantity, Kind::Number),
    // The binding writes the first spelling, the schema of its queries the second.
    standard_field("errorDeclarationTime", |_| Field::DeclarationTime, Kind::Time),
    standard_field("errorDeclaration_Time", |_| Field::DeclarationTime, Kind::Time),
    standard_field("sensorElementList", |_| Field::SensorElements, Kind::Part),
    sensor("time", Kind::Time),
    sensor("startTime", Kind::Time),
    sensor("endTime", Kind::Time),
    sensor("percRank", Kind::Number),
    sensor("type", Kind::Text(Form::Word(&MEASUREMENT))),
    sensor("exception", Kind::Text(Form::Word(&SENSOR_ALERT))),
    sensor("deviceID", IDENTIFIER),
    sensor("dataProcessingMethod", IDENTIFIER),
    sensor("bizRules", IDENTIFIER),
    sensor("microorganism", IDENTIFIER),
    sensor("chemicalSubstance", IDENTIFIER),
    sensor("uriValue", IDENTIFIER),
    sensor("coordinateReferenceSystem", IDENTIFIER),
    sensor("stringValue", Kind::Text(Form::Text)),
    sensor("hexBinaryValue", Kind::Text(Form::Hex)),
    sensor("booleanValue", Kind::Text(Form::Boolean)),
];

impl Standard {
    fn has(&self, operator: Operator) -> bool {
        match (self.kind, operator) {
            (Kind::Part, _) => operator == Operator::Exists,
            (_, Operator::Exists) => false,
            (Kind::Text(_), Operator::Compare(comparison)) => comparison == Comparison::Equal,
            // The standard has half-open spans of time alone.
            (Kind::Time, Operator::Compare(comparison)) => {
                matches!(comparison, Comparison::GreaterOrEqual | Comparison::Less)
            }
            (Kind::Number | Kind::Any, Operator::Compare(_)) => true,
        }
    }

    /// The beginnings of the names of its parameters.
    pub(super) fn operators(&self) -> impl Iterator<Item = &'static str> {
        OPERATORS.iter().filter(move |(_, operator)| self.has(*operator)).map(|(prefix, _)| *prefix)
    }
}

/// The fields of a sensor report whose names end with a unit.
const MEASURES: [&str; 6] = ["value", "minValue", "maxValue", "meanValue", "sDev", "percValue"];

const PLACES: [(&str, Place); 7] = [
    ("ILMD_", Place::Ilmd),
    ("ERROR_DECLARATION_", Place::ErrorDeclaration),
    ("SENSORELEMENT_", Place::SensorElement),
    ("SENSORMETADATA_", Place::SensorMetadata),
    ("SENSORREPORT_", Place::SensorReport),
    ("readPoint_", Place::ReadPoint),
    ("bizLocation_", Place::BizLocation),
];

pub(super) fn standard(name: &str, operator: Operator) -> Option<Target> {
    let found = STANDARD.iter().find(|standard| standard.name == name && standard.has(operator))?;
    Some(Target { field: (found.field)(found.name), kind: found.kind })
}

/// A field with a unit, `value_KEL`, and the text of the unit.
pub(super) fn with_unit(name: &str, operator: Operator) -> Option<(Target, &str)> {
    let (field, unit) = name.split_once('_')?;
    let found = match field {
        "quantity" => Field::Quantity,
        _ => Field::Sensor(MEASURES.into_iter().find(|measure| *measure == field)?),
    };
    (operator != Operator::Exists).then_some((Target { field: found, kind: Kind::Number }, unit))
}

/// The items of a type: `bizTransaction_po`.
pub(super) fn typed(name: &str, operator: Operator, names: Names<'_>) -> Option<Target> {
    let (list, vocabulary, kind) = [
        ("bizTransaction_", TypedList::BizTransaction, &TRANSACTION_TYPE),
        ("source_", TypedList::Source, &PARTY_TYPE),
        ("destination_", TypedList::Destination, &PARTY_TYPE),
    ]
    .into_iter()
    .find_map(|(prefix, list, vocabulary)| Some((list, vocabulary, name.strip_prefix(prefix)?)))?;
    let kind = vocabulary.canonical(&names.expand(kind)).into_owned();
    let is_type = vocabulary.contains(&kind) || kind.contains(':');
    let field = Field::Typed { list, kind };
    (is_type && operator == Operator::Compare(Comparison::Equal)).then_some(Target { field, kind: IDENTIFIER })
}

/// A user's field: `INNER_ILMD_ex:field`. The error is a prefix that is not bound.
pub(super) fn extension<'n>(name: &'n str, names: Names<'_>) -> Option<Result<Target, &'n str>> {
    let (depth, name) = name.strip_prefix("INNER_").map_or((Depth::Top, name), |rest| (Depth::Inner, rest));
    let place = PLACES.iter().find_map(|(prefix, place)| Some((*place, name.strip_prefix(prefix)?)));
    let (place, name) = place.unwrap_or((Place::Event, name));
    let (prefix, local) = name.split_once(':')?;
    if prefix.is_empty() || local.is_empty() {
        return None;
    }
    Some(names.full(name).map(|full| {
        let name = field_name(&full);
        Target { field: Field::Extension { place, depth, name }, kind: Kind::Any }
    }))
}

/// The names that a text can mean.
pub(super) fn field_name(full: &str) -> FieldName {
    let other = full.rsplit_once('#').map(|(namespace, local)| {
        // The XML binding writes the namespace of GS1's master data without the colon at its end.
        let colon = if namespace == "urn:epcglobal:cbv:mda" { ":" } else { "" };
        format!("{namespace}{colon}{local}")
    });
    FieldName { full: full.to_owned(), other }
}
