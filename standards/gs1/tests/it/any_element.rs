//! Elements with any valid value: a generator that follows the table of application identifiers.

use proptest::{prelude::*, sample::select, string::string_regex};
use standards_gs1::{
    ai::{Ai, Component, Definition, definitions},
    character_set::CharacterSet,
    check::Check,
    check_digit::{check_digit, check_pair},
    element::Element,
};

/// Any element of the dictionary.
pub(crate) fn element() -> impl Strategy<Value = Element> {
    let all: Vec<&'static Definition> = definitions().collect();
    select(all).prop_flat_map(of_definition)
}

/// An element with one of the AIs of an entry.
pub(crate) fn of_definition(definition: &'static Definition) -> impl Strategy<Value = Element> {
    let number = |ai: Ai| ai.as_str().parse::<u16>().expect("digits");
    let width = definition.first.as_str().len();
    let ai = (number(definition.first)..=number(definition.last)).prop_map(move |it| Ai::of(&format!("{it:0width$}")));
    (ai, value(definition)).prop_map(|(ai, value)| Element::new(ai, &*value).expect(&value))
}

fn value(definition: &'static Definition) -> impl Strategy<Value = String> {
    let optional = definition.components.iter().filter(|component| component.is_optional).count();
    (0..=optional).prop_flat_map(move |present| {
        let count = definition.components.len() - optional + present;
        let components: Vec<_> = definition.components[..count].iter().map(component).collect();
        components.prop_map(|components| components.concat())
    })
}

const SET_82: &str = "[!\"%-?A-Z_a-z]";

fn regex(pattern: &str) -> BoxedStrategy<String> {
    string_regex(pattern).expect("a pattern").boxed()
}

fn component(component: &Component) -> BoxedStrategy<String> {
    let Component { characters, length_min: min, length_max: max, checks, .. } = component;
    let has = |check| checks.contains(&check);
    let words = |words: &[&'static str]| select(words.to_vec()).prop_map(str::to_owned).boxed();
    if has(Check::CheckDigit) {
        let digits = regex(&format!("[0-9]{{{}}}", max - 1));
        return digits.prop_map(|text| format!("{text}{}", check_digit(&text).expect("digits"))).boxed();
    }
    if has(Check::CheckPair) {
        let body = regex(&format!("[0-9]{{4}}A{SET_82}{{0,{}}}", max - 7));
        return body.prop_map(|text| text.clone() + &String::from_iter(check_pair(&text).expect("set 82"))).boxed();
    }
    match checks.first() {
        Some(Check::CompanyPrefix) => {
            let class = if *characters == CharacterSet::Set39 { "[#\\-/0-9A-Z]" } else { SET_82 };
            regex(&format!("[0-9]{{4}}{class}{{0,{}}}", max - 4))
        }
        Some(Check::Date | Check::DateOrMonth) => words(&["240229", "991231", "000101"]),
        Some(Check::LongDate) => words(&["20240229", "19991231"]),
        Some(Check::Hour) => "[01][0-9]".boxed(),
        Some(Check::Minute | Check::Second) => "[0-5][0-9]".boxed(),
        Some(Check::HourMinute) => "[01][0-9][0-5][0-9]".boxed(),
        Some(Check::Country | Check::CountryOr999) => words(&["276", "156", "840"]),
        Some(Check::CountryLetters) => words(&["DE", "CN", "US"]),
        Some(Check::Currency) => words(&["978", "156"]),
        Some(Check::Sex | Check::Winding) => words(&["0", "1", "9"]),
        Some(Check::MediaType) => words(&["01", "99"]),
        Some(Check::PackageType) => words(&["8", "ZZ", "X11"]),
        Some(Check::Iban) => words(&["GB82WEST12345698765432", "DE89370400440532013000"]),
        Some(Check::Latitude | Check::Longitude) => "1[0-7][0-9]{8}".boxed(),
        Some(Check::PieceOfTotal) => words(&["0101", "0203"]),
        Some(Check::PositionOfTotal) => words(&["1/3", "3/3"]),
        Some(Check::PercentEncoded) => regex(&format!("([!\"&-?A-Z_a-z]|%2[0-9A-F]){{1,{}}}", max / 3)),
        Some(Check::Hyphens) => words(&["-"]),
        Some(Check::ImporterIndex) => "[-0-9A-Z_a-z]".boxed(),
        Some(Check::NoLeadingZero | Check::NonZero) => regex(&format!("[1-9][0-9]{{{},{}}}", min - 1, max - 1)),
        Some(Check::YesNo) => words(&["0", "1"]),
        Some(Check::Zero) => words(&["0"]),
        Some(Check::CouponCode) => words(&["040123411111115110123"]),
        Some(Check::CouponOffer) => words(&["004012341111110123456"]),
        Some(other) => panic!("no value for {other:?}"),
        None => {
            let class = match characters {
                CharacterSet::Digits => "[0-9]",
                CharacterSet::Set82 => SET_82,
                CharacterSet::Set39 => "[#\\-/0-9A-Z]",
                CharacterSet::Base64Url => "[-0-9A-Z_a-z]",
            };
            regex(&format!("{class}{{{min},{max}}}"))
        }
    }
}
