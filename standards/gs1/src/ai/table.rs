//! The table of AIs, in the order of the dictionary. Invariant: each section is sorted, and ends before the next
//! begins.
//!
//! A row reads: AI, data title, components of the value. `n` are digits, `x` character set 82, `y` set 39, `z` base64;
//! `up_to` means one to this many characters. `requires` and `excludes` list alternatives, separated by spaces; `+`
//! joins AIs that are required together, and `n` in an AI is any digit. `key` lists the sequences of qualifiers of a
//! primary key.

mod asset;
mod identification;
mod internal;
mod location;
mod measure;
mod person;
mod price;
mod product;
mod transport;

use super::{Ai, Component, Definition};
use crate::{
    character_set::CharacterSet::{Base64Url, Digits, Set39, Set82},
    check::Check::{CheckDigit, CompanyPrefix, CompanyPrefixSecond, Country, CountryOr999, DateOrMonth, PieceOfTotal},
};

pub(super) static SECTIONS: [&[Definition]; 9] = [
    identification::ROWS,
    measure::ROWS,
    price::ROWS,
    location::ROWS,
    transport::ROWS,
    product::ROWS,
    person::ROWS,
    asset::ROWS,
    internal::ROWS,
];

/// The row of an AI.
pub(super) fn find(ai: Ai) -> Option<&'static Definition> {
    let section = SECTIONS.partition_point(|section| section.first().is_some_and(|row| row.first <= ai));
    let rows = SECTIONS.get(section.checked_sub(1)?)?;
    let row = rows.partition_point(|row| row.first <= ai);
    let row = rows.get(row.checked_sub(1)?)?;
    // A row of four digits lies between two of three, such as 3100 to 3105 between 310 and 311.
    (ai <= row.last && ai.as_str().len() == row.first.as_str().len()).then_some(row)
}

const fn ai(code: &str, title: &'static str, components: &'static [Component]) -> Definition {
    Definition::new(code, code, title, components)
}

const fn ais(first: &str, last: &str, title: &'static str, components: &'static [Component]) -> Definition {
    Definition::new(first, last, title, components)
}

const fn n(length: usize) -> Component {
    Component::fixed(Digits, length)
}

const fn n_up_to(length_max: usize) -> Component {
    Component::up_to(Digits, length_max)
}

const fn x(length: usize) -> Component {
    Component::fixed(Set82, length)
}

const fn x_up_to(length_max: usize) -> Component {
    Component::up_to(Set82, length_max)
}

const fn y_up_to(length_max: usize) -> Component {
    Component::up_to(Set39, length_max)
}

const fn z_up_to(length_max: usize) -> Component {
    Component::up_to(Base64Url, length_max)
}

const GTIN: &[Component] = &[n(14).checked(&[CheckDigit, CompanyPrefixSecond])];
const GLN: &[Component] = &[n(13).checked(&[CheckDigit, CompanyPrefix])];
const GSRN: &[Component] = &[n(18).checked(&[CheckDigit, CompanyPrefix])];
const PIECE: &[Component] = &[GTIN[0], n(4).checked(&[PieceOfTotal])];
const MONTH: &[Component] = &[n(6).checked(&[DateOrMonth])];
const COUNTRY: &[Component] = &[n(3).checked(&[Country])];
const COUNTRIES: &[Component] =
    &[COUNTRY[0], COUNTRY[0].optional(), COUNTRY[0].optional(), COUNTRY[0].optional(), COUNTRY[0].optional()];
const PROCESSOR: &[Component] = &[n(3).checked(&[CountryOr999]), x_up_to(27)];
const CERTIFICATE: &[Component] = &[x(2), x_up_to(28)];
const SIX: &[Component] = &[n(6)];
