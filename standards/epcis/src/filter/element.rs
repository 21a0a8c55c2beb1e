//! What is known of the elements of master data that events name. Invariant: an id that was looked up is known, also
//! where it has no element. The work on an element is in proportion to its bytes, times the conditions on attributes
//! that it has.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::{Field, Filter, checker::bit};
use crate::{context::Scope, master_data::ElementRecord};

/// The most ids that are looked up at once.
pub const WANTED_IDS_MAX: usize = 1_000;

/// The bytes of the ids that are looked up at once. The last one can exceed it.
pub const WANTED_BYTES_MAX: usize = 1024 * 1024;

/// The most ids that one event may name in the fields of the conditions, those that it repeats included.
pub const NAMED_IDS_PER_EVENT_MAX: usize = 2_000;

/// The first 16 bytes of the SHA-256 of an id. Two ids with equal ones cannot be found.
type Key = [u8; 16];

fn key(id: &str) -> Key {
    let digest: [u8; 32] = Sha256::digest(id.as_bytes()).into();
    *digest.first_chunk().expect("32 bytes contain 16")
}

/// The ids that were looked up, with a bit for each condition that one of their elements meets.
#[derive(Debug, Default)]
pub struct Elements(BTreeMap<Key, u64>);

impl Elements {
    pub(super) fn get(&self, id: &str) -> Option<u64> {
        self.0.get(&key(id)).copied()
    }

    /// Adds ids all of whose elements were added.
    pub fn know<'i>(&mut self, ids: impl IntoIterator<Item = &'i str>) {
        for id in ids {
            self.0.entry(key(id)).or_default();
        }
    }

    /// Removes an id of which not all elements were added.
    pub fn forget(&mut self, id: &str) {
        self.0.remove(&key(id));
    }
}

/// Ids in canonical form that are to be looked up.
#[derive(Debug, Default)]
pub struct Wanted {
    ids: Vec<String>,
    keys: BTreeSet<Key>,
    bytes: usize,
}

impl Wanted {
    /// Whether no further id is taken: [`WANTED_IDS_MAX`] or [`WANTED_BYTES_MAX`] is reached.
    pub fn is_full(&self) -> bool {
        self.ids.len() >= WANTED_IDS_MAX || self.bytes >= WANTED_BYTES_MAX
    }

    pub(super) fn add(&mut self, id: &str) {
        if !self.is_full() && self.keys.insert(key(id)) {
            self.bytes += id.len();
            self.ids.push(id.to_owned());
        }
    }

    /// The ids in the order in which they were added, each once.
    pub fn into_ids(self) -> Vec<String> {
        self.ids
    }
}

/// The conditions of one query on attributes, prepared for many elements.
#[derive(Debug)]
pub struct ElementChecker<'q> {
    filters: &'q [Filter],
    /// The conditions on an attribute, by its full URI.
    attributes: BTreeMap<&'q str, Vec<usize>>,
}

impl<'q> ElementChecker<'q> {
    /// Prepares the conditions of a query; those that are not on attributes are ignored.
    pub fn new(filters: &'q [Filter]) -> Self {
        let mut attributes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, filter) in filters.iter().enumerate() {
            let Field::Attribute { names, .. } = &filter.field else { continue };
            for name in names {
                attributes.entry(name).or_default().push(index);
            }
        }
        Self { filters, attributes }
    }

    /// Adds the newest version of an element: the conditions that its attributes meet.
    pub fn add(&self, record: &ElementRecord<'_>, elements: &mut Elements) {
        let (element, scope) = (&record.element, Scope::new(&record.context, None));
        let mut met = 0;
        for (id, value) in element.attributes(&record.context) {
            for index in self.attributes.get(&*id).into_iter().flatten() {
                let Filter { field, test } = &self.filters[*index];
                let is_of = matches!(field, Field::Attribute { of, .. } if of.is_of(element.vocabulary()));
                if met & bit(*index) == 0 && is_of && value.is_some_and(|value| test.accepts(value, scope)) {
                    met |= bit(*index);
                }
            }
        }
        *elements.0.entry(key(element.id())).or_default() |= met;
    }
}
