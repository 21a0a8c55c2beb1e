//! The fields whose values name elements of master data (EPCIS 2.0 sections 7.2 and 8.2.7.1). Invariant: an id that is
//! found has the canonical form of an element's id. A text that no element can have as its id is left out.

use super::{FieldName, Filter, extension::Extensions};
use crate::{
    context::Scope,
    extract::{canonical_identifier, canonical_in},
    filter::{Depth, Field, Place},
    json::Node,
    limit::ELEMENT_ID_BYTES_MAX,
    validate::is_uri,
    vocabulary::{BIZ_STEP, DISPOSITION, ERROR_REASON, Vocabulary},
};

/// A field of the standard whose values are of a vocabulary type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Naming {
    /// Its name in a parameter.
    pub(crate) name: &'static str,
    /// The members that lead to its values, through the elements of lists.
    paths: &'static [&'static [&'static str]],
    /// The words that stand for ids of the standard.
    words: Option<&'static Vocabulary>,
    /// The vocabularies of its elements.
    vocabularies: &'static [&'static str],
}

const LOCATION: &str = "urn:epcglobal:epcis:vtype:Location";
const RESOURCE: &[&str] = &["urn:epcglobal:epcis:vtype:Resource"];
const SOURCE_DEST: &[&str] = &["urn:epcglobal:epcis:vtype:SourceDest", LOCATION, "urn:epcglobal:epcis:vtype:Party"];
const METADATA: [&str; 2] = ["sensorElementList", "sensorMetadata"];
const REPORT: [&str; 2] = ["sensorElementList", "sensorReport"];

const fn naming(
    name: &'static str,
    paths: &'static [&'static [&'static str]],
    words: Option<&'static Vocabulary>,
    vocabularies: &'static [&'static str],
) -> Naming {
    Naming { name, paths, words, vocabularies }
}

pub(crate) static NAMINGS: [Naming; 16] = [
    naming("readPoint", &[&["readPoint", "id"]], None, &["urn:epcglobal:epcis:vtype:ReadPoint", LOCATION]),
    naming("bizLocation", &[&["bizLocation", "id"]], None, &["urn:epcglobal:epcis:vtype:BusinessLocation", LOCATION]),
    naming("bizStep", &[&["bizStep"]], Some(&BIZ_STEP), &["urn:epcglobal:epcis:vtype:BusinessStep"]),
    naming("disposition", &[&["disposition"]], Some(&DISPOSITION), &["urn:epcglobal:epcis:vtype:Disposition"]),
    naming(
        "persistentDisposition",
        &[&["persistentDisposition", "set"], &["persistentDisposition", "unset"]],
        Some(&DISPOSITION),
        &["urn:epcglobal:epcis:vtype:Disposition"],
    ),
    naming(
        "bizTransaction",
        &[&["bizTransactionList", "bizTransaction"]],
        None,
        &["urn:epcglobal:epcis:vtype:BusinessTransaction"],
    ),
    naming("source", &[&["sourceList", "source"]], None, SOURCE_DEST),
    naming("destination", &[&["destinationList", "destination"]], None, SOURCE_DEST),
    naming(
        "epcClass",
        &[
            &["quantityList", "epcClass"],
            &["childQuantityList", "epcClass"],
            &["inputQuantityList", "epcClass"],
            &["outputQuantityList", "epcClass"],
        ],
        None,
        &["urn:epcglobal:epcis:vtype:EPCClass"],
    ),
    naming(
        "reason",
        &[&["errorDeclaration", "reason"]],
        Some(&ERROR_REASON),
        &["urn:epcglobal:epcis:vtype:ErrorReason"],
    ),
    naming("deviceID", &[&[METADATA[0], METADATA[1], "deviceID"], &[REPORT[0], REPORT[1], "deviceID"]], None, RESOURCE),
    naming(
        "dataProcessingMethod",
        &[&[METADATA[0], METADATA[1], "dataProcessingMethod"], &[REPORT[0], REPORT[1], "dataProcessingMethod"]],
        None,
        RESOURCE,
    ),
    naming("bizRules", &[&[METADATA[0], METADATA[1], "bizRules"], &[REPORT[0], REPORT[1], "bizRules"]], None, RESOURCE),
    naming("rawData", &[&[METADATA[0], METADATA[1], "rawData"], &[REPORT[0], REPORT[1], "rawData"]], None, RESOURCE),
    naming(
        "microorganism",
        &[&[REPORT[0], REPORT[1], "microorganism"]],
        None,
        &["urn:epcglobal:epcis:vtype:Microorganism"],
    ),
    naming(
        "chemicalSubstance",
        &[&[REPORT[0], REPORT[1], "chemicalSubstance"]],
        None,
        &["urn:epcglobal:epcis:vtype:ChemicalSubstance"],
    ),
];

impl Naming {
    /// Calls `found` for each id that a value names. A word of the standard names two ids: its web URI and its URN.
    fn ids(&self, text: &str, scope: Scope<'_, '_>, found: &mut impl FnMut(&str)) {
        let Some(vocabulary) = self.words else { return element_id(&canonical_in(text, scope), found) };
        let value = vocabulary.canonical_in(text, scope);
        if !vocabulary.contains(&value) {
            return element_id(&canonical_identifier(&value), found);
        }
        for uri in [vocabulary.web_uri(&value), vocabulary.urn(&value)].into_iter().flatten() {
            element_id(&canonical_identifier(&uri), found);
        }
    }
}

/// The field of a condition on attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// A field of the standard.
    Standard(&'static Naming),
    /// A user's field of the event itself. Its elements can be of any vocabulary.
    User(FieldName),
}

impl Named {
    /// Whether its values can name elements of a vocabulary, given by its full URI.
    pub(super) fn is_of(&self, vocabulary: &str) -> bool {
        match self {
            Self::Standard(naming) => naming.vocabularies.contains(&vocabulary),
            Self::User(_) => true,
        }
    }
}

/// The fields that conditions on attributes are about, each once with the bits of its conditions.
#[derive(Debug, Default)]
pub(super) struct NamedFields<'q> {
    standard: Vec<(&'static Naming, u64)>,
    users: Extensions<'q>,
    users_bits: Vec<u64>,
    /// The bits of all conditions on attributes.
    pub(super) bits: u64,
}

impl<'q> NamedFields<'q> {
    pub(super) fn of(filters: &'q [Filter]) -> Self {
        let (mut fields, mut names) = (Self::default(), Vec::<&FieldName>::new());
        for (index, filter) in filters.iter().enumerate() {
            let Field::Attribute { of, .. } = &filter.field else { continue };
            let bit = super::checker::bit(index);
            fields.bits |= bit;
            match of {
                Named::Standard(naming) => match fields.standard.iter_mut().find(|(known, _)| known == naming) {
                    Some((_, bits)) => *bits |= bit,
                    None => fields.standard.push((naming, bit)),
                },
                Named::User(name) => {
                    if let Some(at) = names.iter().position(|known| *known == name) {
                        fields.users_bits[at] |= bit;
                    } else {
                        names.push(name);
                        fields.users_bits.push(bit);
                    }
                }
            }
        }
        fields.users = Extensions::new(names.into_iter().map(|name| (Place::Event, Depth::Top, name)).enumerate());
        fields
    }

    /// Calls `found` for each id that an event names in these fields, with the bits of the conditions on its element.
    pub(super) fn ids(&self, event: &Node<'_>, scope: Scope<'_, '_>, found: &mut impl FnMut(&str, u64)) {
        for (naming, bits) in &self.standard {
            for path in naming.paths {
                texts(event, path, &mut |text| naming.ids(text, scope, &mut |id| found(id, *bits)));
            }
        }
        self.users.each(Place::Event, event, scope, &mut |index, node| {
            let bits = self.users_bits[index];
            texts(node, &[], &mut |text| element_id(&canonical_in(text, scope), &mut |id| found(id, bits)));
        });
    }
}

/// Calls `found` for each text at the end of a path, through the elements of lists. The depth of an event is limited
/// (`JSON_DEPTH_MAX`).
fn texts(node: &Node<'_>, path: &[&str], found: &mut dyn FnMut(&str)) {
    if let Some(elements) = node.as_array() {
        return elements.iter().for_each(|element| texts(element, path, found));
    }
    match path {
        [] => node.as_str().into_iter().for_each(found),
        [name, rest @ ..] => node.get(name).into_iter().for_each(|below| texts(below, rest, found)),
    }
}

/// Calls `found` for an id that an element can have.
fn element_id(id: &str, found: &mut (impl FnMut(&str) + ?Sized)) {
    if id.len() <= ELEMENT_ID_BYTES_MAX && is_uri(id) {
        found(id);
    }
}
