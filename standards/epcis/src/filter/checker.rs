//! Checks events against the conditions of a query. Invariant: an event matches exactly when each condition holds for
//! some value of its field. Two conditions can hold for values of different elements, such as two sensor reports, and
//! conditions on attributes for different elements of master data.

use std::collections::BTreeMap;

use standards_number::{Decimal, Grammar};

use super::{
    Comparison, Elements, Field, Filter, Place, Test, TypedList, UnitCode, Wanted, element::NAMED_IDS_PER_EVENT_MAX,
    extension::Extensions, naming::NamedFields,
};
use crate::{
    context::Scope,
    document::Record,
    json::{Node, Value},
    limit::QUERY_PARAMETERS_MAX,
    unit::{Scale, Unit},
    vocabulary::{PARTY_TYPE, TRANSACTION_TYPE},
};

const _: () = assert!(QUERY_PARAMETERS_MAX <= u64::BITS as usize, "a bit for each condition");

/// The lists of classes, whose elements may have a quantity.
const QUANTITY_LISTS: [&str; 4] = ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"];

/// Whether an event meets the conditions of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Met,
    Unmet,
    /// It depends on elements of master data that are not known.
    Open,
    /// The fields of its conditions name more than [`NAMED_IDS_PER_EVENT_MAX`] ids of master data.
    TooManyIds,
}

/// The conditions of one query, prepared for many events.
#[derive(Debug)]
pub struct Checker<'q> {
    filters: &'q [Filter],
    extensions: Extensions<'q>,
    named: NamedFields<'q>,
    /// For a condition and the unit of an event, the query's numbers on the scale of that unit.
    bounds: BTreeMap<(usize, &'static str), Vec<Decimal>>,
    /// A bit for each condition that the event at hand meets.
    met: u64,
}

impl<'q> Checker<'q> {
    /// Prepares at most [`QUERY_PARAMETERS_MAX`] conditions.
    pub fn new(filters: &'q [Filter]) -> Self {
        debug_assert!(filters.len() <= QUERY_PARAMETERS_MAX, "each parameter is one condition at most");
        let fields = filters.iter().enumerate().filter_map(|(index, filter)| match &filter.field {
            Field::Extension { place, depth, name } => Some((index, (*place, *depth, name))),
            _ => None,
        });
        let (extensions, named) = (Extensions::new(fields), NamedFields::of(filters));
        Self { filters, extensions, named, bounds: BTreeMap::new(), met: 0 }
    }

    /// Checks an event, given what is known of elements of master data. When that does not decide it, `wanted` takes
    /// ids of further elements, at least one unless it is full.
    pub fn check(&mut self, record: &Record<'_>, elements: &Elements, wanted: &mut Wanted) -> Outcome {
        let all = self.filters.iter().enumerate().fold(0, |bits, (index, _)| bits | bit(index));
        self.check_event(record);
        if self.met | self.named.bits != all {
            return Outcome::Unmet;
        }
        let (event, scope) = (&record.event.root, Scope::new(&record.context, record.event.context.as_ref()));
        // The conditions that an unknown element may meet.
        let (mut open, mut count) = (0, 0);
        let met = &mut self.met;
        self.named.ids(event, scope, &mut |id, bits| {
            count += 1;
            if count <= NAMED_IDS_PER_EVENT_MAX {
                match elements.get(id) {
                    Some(found) => *met |= found & bits,
                    None => open |= bits,
                }
            }
        });
        open &= !self.met;
        if count > NAMED_IDS_PER_EVENT_MAX {
            return Outcome::TooManyIds;
        }
        if self.met == all {
            return Outcome::Met;
        }
        if self.met | open != all {
            return Outcome::Unmet;
        }
        self.named.ids(event, scope, &mut |id, bits| {
            if open & bits != 0 && elements.get(id).is_none() {
                wanted.add(id);
            }
        });
        Outcome::Open
    }

    /// Checks all conditions but those on attributes.
    fn check_event(&mut self, record: &Record<'_>) {
        self.met = 0;
        let event = &record.event;
        let scope = Scope::new(&record.context, event.context.as_ref());
        let root = &event.root;
        for (place, node) in [
            (Place::Event, Some(root)),
            (Place::Ilmd, root.get("ilmd")),
            (Place::ErrorDeclaration, root.get("errorDeclaration")),
            (Place::ReadPoint, root.get("readPoint")),
            (Place::BizLocation, root.get("bizLocation")),
        ] {
            if let Some(node) = node {
                self.extensions(place, node, scope);
            }
        }
        for (index, filter) in self.filters.iter().enumerate() {
            match &filter.field {
                Field::SensorElements => self.meet(index, root.get("sensorElementList"), scope),
                Field::DeclarationTime => {
                    let time = root.get("errorDeclaration").and_then(|node| node.get("declarationTime"));
                    self.meet(index, time, scope);
                }
                Field::Quantity => {
                    let elements = QUANTITY_LISTS.iter().flat_map(|list| root.get_array(list));
                    elements.for_each(|element| self.number(index, element, "quantity", Scale::Point, scope));
                }
                Field::Typed { list, kind } => self.typed(index, root, *list, kind, scope),
                Field::Extension { .. } | Field::Sensor(_) | Field::Attribute { .. } => {}
            }
        }
        self.sensors(root.get_array("sensorElementList"), scope);
    }

    fn extensions(&mut self, place: Place, node: &Node<'_>, scope: Scope<'_, '_>) {
        let (filters, met) = (self.filters, &mut self.met);
        self.extensions.each(place, node, scope, &mut |index, node| {
            if *met & bit(index) == 0 && filters[index].test.accepts(node, scope) {
                *met |= bit(index);
            }
        });
    }

    fn sensors(&mut self, elements: &[Node<'_>], scope: Scope<'_, '_>) {
        let fields: Vec<(usize, &'static str)> = self.filters.iter().enumerate().filter_map(sensor_field).collect();
        let places = [Place::SensorElement, Place::SensorMetadata, Place::SensorReport];
        if fields.is_empty() && !self.extensions.are_in(&places) {
            return;
        }
        for element in elements {
            self.extensions(Place::SensorElement, element, scope);
            if let Some(metadata) = element.get("sensorMetadata") {
                self.extensions(Place::SensorMetadata, metadata, scope);
                self.fields(&fields, metadata, scope);
            }
            for report in element.get_array("sensorReport") {
                self.extensions(Place::SensorReport, report, scope);
                self.fields(&fields, report, scope);
            }
        }
    }

    fn fields(&mut self, fields: &[(usize, &'static str)], node: &Node<'_>, scope: Scope<'_, '_>) {
        for (index, field) in fields {
            // The distance between two temperatures has no zero.
            let scale = if *field == "sDev" { Scale::Distance } else { Scale::Point };
            self.number(*index, node, field, scale, scope);
        }
    }

    /// Tests a field of an object that may state a unit.
    fn number(&mut self, index: usize, node: &Node<'_>, field: &str, scale: Scale, scope: Scope<'_, '_>) {
        let Test::Measure { comparison, values, unit } = &self.filters[index].test else {
            return self.meet(index, node.get(field), scope);
        };
        if self.met & bit(index) != 0 {
            return;
        }
        let Some((number, code)) = node.get(field).and_then(decimal).zip(node.get_str("uom")) else { return };
        let is_met = match (unit, Unit::find(code)) {
            (UnitCode::Known(wanted), Some(found)) if wanted != &found => {
                let Some(number) = found.scaled(&number, wanted) else { return };
                let bounds = self
                    .bounds
                    .entry((index, found.code()))
                    .or_insert_with(|| values.iter().filter_map(|value| found.bound(value, wanted, scale)).collect());
                holds(*comparison, &number, bounds)
            }
            (unit, _) => unit.is(code) && holds(*comparison, &number, values),
        };
        self.met |= if is_met { bit(index) } else { 0 };
    }

    fn typed(&mut self, index: usize, root: &Node<'_>, list: TypedList, kind: &str, scope: Scope<'_, '_>) {
        let (list, item, vocabulary) = match list {
            TypedList::BizTransaction => ("bizTransactionList", "bizTransaction", &TRANSACTION_TYPE),
            TypedList::Source => ("sourceList", "source", &PARTY_TYPE),
            TypedList::Destination => ("destinationList", "destination", &PARTY_TYPE),
        };
        for element in root.get_array(list) {
            let is_kind = element.get_str("type").is_some_and(|found| vocabulary.canonical_in(found, scope) == kind);
            if is_kind {
                self.meet(index, element.get(item), scope);
            }
        }
    }

    fn meet(&mut self, index: usize, node: Option<&Node<'_>>, scope: Scope<'_, '_>) {
        if self.met & bit(index) == 0 && node.is_some_and(|node| self.filters[index].test.accepts(node, scope)) {
            self.met |= bit(index);
        }
    }
}

pub(super) const fn bit(index: usize) -> u64 {
    1 << index
}

fn sensor_field((index, filter): (usize, &Filter)) -> Option<(usize, &'static str)> {
    match filter.field {
        Field::Sensor(field) => Some((index, field)),
        _ => None,
    }
}

fn decimal(node: &Node<'_>) -> Option<Decimal> {
    matches!(node.value, Value::Number).then(|| Decimal::read(node.raw, Grammar::Json).ok()).flatten()
}

/// Whether a number equals one of sorted values, or compares with the only one.
fn holds(comparison: Comparison, number: &Decimal, values: &[Decimal]) -> bool {
    if comparison == Comparison::Equal {
        return values.binary_search(number).is_ok();
    }
    values.first().is_some_and(|value| comparison.holds(number.cmp(value)))
}
