//! Units against each other, and against conversions that are known by definition.

use std::{cmp::Ordering, collections::BTreeSet};

use standards_number::{Decimal, Grammar};

use super::{Quantity, Scale, Unit, table};

fn number(text: &str) -> Decimal {
    Decimal::read(text, Grammar::Lenient).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn unit(code: &str) -> &'static Unit {
    Unit::find(code).unwrap_or_else(|| panic!("no unit {code}"))
}

fn compare(one: &str, code: &str, other: &str, other_code: &str, scale: Scale) -> Option<Ordering> {
    let (unit, other_unit) = (unit(code), unit(other_code));
    Some(unit.scaled(&number(one), other_unit)?.cmp(&unit.bound(&number(other), other_unit, scale)?))
}

#[test]
fn a_code_is_listed_once_and_has_the_form_of_a_code() {
    let codes: Vec<&str> = table::all().map(Unit::code).collect();
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    for code in codes {
        assert!((2..=3).contains(&code.len()), "{code}");
        assert!(code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()), "{code}");
        assert_eq!(unit(code).code(), code);
    }
    for absent in ["", "kgm", "XYZ", "KGMX"] {
        assert_eq!(Unit::find(absent), None, "{absent}");
    }
}

/// `x` of one unit and `y` of another one are equal when `(x + a) n 10^e D = (y + b) N 10^E d`, for the factors `n/d`
/// and `N/D`, the exponents and the shifts. So for each `t`, `x = t N d 10^E - a` and `y = t n D 10^e - b` are equal.
#[test]
fn every_unit_converts_to_every_other_one_of_its_quantity() {
    let (mut pairs, mut quantities) = (0, BTreeSet::new());
    let place = |t: &Decimal, unit: &Unit, other: &Unit| {
        let shift = Decimal::scaled(unit.shift.0, unit.shift.1).negated();
        t.times(other.numerator).times(unit.denominator).shifted(other.exponent).plus(&shift)
    };
    for one in table::all() {
        quantities.insert(one.quantity);
        for other in table::all().filter(|other| other.quantity == one.quantity) {
            pairs += 1;
            for t in ["0", "1", "-40", "0.001", "12345.678"].map(number) {
                let (x, y) = (place(&t, one, other), place(&t, other, one));
                let bound = one.bound(&y, other, Scale::Point).expect("one quantity");
                let scaled = |x: &Decimal| one.scaled(x, other).expect("one quantity");
                assert_eq!(scaled(&x), bound, "{t:?}: {} {}", one.code, other.code);
                assert!(scaled(&x.plus(&number("1e-30"))) > bound, "{t:?}: {} {}", one.code, other.code);
                assert!(scaled(&x.plus(&number("-1e-30"))) < bound, "{t:?}: {} {}", one.code, other.code);
            }
        }
    }
    assert!(pairs > 4_000 && quantities.len() > 45, "{pairs} {}", quantities.len());
}

#[test]
fn known_conversions() {
    for (one, code, other, other_code) in [
        ("25", "CEL", "298.15", "KEL"),
        ("-40", "CEL", "-40", "FAH"),
        ("0", "KEL", "-459.67", "FAH"),
        ("212", "FAH", "100", "CEL"),
        ("671.67", "A48", "100", "CEL"),
        ("1", "KGM", "1000", "GRM"),
        ("1", "TNE", "1000", "KGM"),
        ("1", "LBR", "453.59237", "GRM"),
        ("16", "ONZ", "1", "LBR"),
        ("14", "LBR", "1", "STI"),
        ("2240", "LBR", "1", "LTN"),
        ("2000", "LBR", "1", "STN"),
        ("7000", "GRN", "1", "LBR"),
        ("12", "INH", "1", "FOT"),
        ("5280", "FOT", "1", "SMI"),
        ("1", "NMI", "1852", "MTR"),
        ("1", "LTR", "1000", "MLT"),
        ("1", "MTQ", "1000", "LTR"),
        ("231", "INQ", "1", "GLL"),
        ("128", "OZA", "1", "GLL"),
        ("160", "OZI", "1", "GLI"),
        ("42", "GLL", "1", "BLL"),
        ("4", "QTD", "1", "GLD"),
        ("8", "GLD", "1", "BUA"),
        ("8", "GLI", "1", "BUI"),
        ("1", "HAR", "10000", "MTK"),
        ("144", "INK", "1", "FTK"),
        ("640", "HAR", "6.4", "KMK"),
        ("36", "KMH", "10", "MTS"),
        ("1", "KNT", "1.852", "KMH"),
        ("1", "HM", "1.609344", "KMH"),
        ("760", "UA", "1", "ATM"),
        ("1013.25", "MBR", "1", "ATM"),
        ("1", "BAR", "100", "KPA"),
        ("1", "KWH", "3.6", "3B"),
        ("60", "RPM", "1", "RPS"),
        ("180", "DD", "200", "A91"),
        ("1", "M44", "360", "DD"),
        ("60", "D61", "1", "DD"),
        ("1", "WEE", "168", "HUR"),
        ("50", "P1", "500", "NX"),
        ("1", "DZN", "12", "EA"),
        ("1", "CUR", "37", "GBQ"),
        ("1", "AD", "8", "A99"),
        ("1", "89", "100", "C7"),
        ("1", "D91", "10", "C28"),
    ] {
        for (one, code, other, other_code) in [(one, code, other, other_code), (other, other_code, one, code)] {
            let order = compare(one, code, other, other_code, Scale::Point);
            assert_eq!(order, Some(Ordering::Equal), "{one} {code} = {other} {other_code}");
        }
    }
    assert_eq!(compare("6.895", "KPA", "1", "PS", Scale::Point), Some(Ordering::Greater));
    assert_eq!(compare("6.894", "KPA", "1", "PS", Scale::Point), Some(Ordering::Less));
    assert_eq!(compare("57.29577951", "DD", "1", "C81", Scale::Point), Some(Ordering::Less));
    assert_eq!(compare("57.29577952", "DD", "1", "C81", Scale::Point), Some(Ordering::Greater));
}

#[test]
fn a_distance_of_temperatures_has_no_zero() {
    assert_eq!(compare("5", "CEL", "5", "KEL", Scale::Distance), Some(Ordering::Equal));
    assert_eq!(compare("5", "CEL", "9", "FAH", Scale::Distance), Some(Ordering::Equal));
    assert_eq!(compare("5", "CEL", "5", "KEL", Scale::Point), Some(Ordering::Greater));
}

#[test]
fn units_of_different_quantities_are_not_comparable() {
    for (one, other) in [("KGM", "MTR"), ("CEL", "KGM"), ("NU", "JOU"), ("A95", "D13"), ("P1", "C62")] {
        assert_eq!(compare("1", one, "1", other, Scale::Point), None, "{one} {other}");
        assert_eq!(compare("1", other, "1", one, Scale::Distance), None, "{other} {one}");
    }
    assert_eq!((unit("KGM").quantity(), unit("NU").quantity()), (Quantity::Mass, Quantity::Torque));
}

/// A number of an event is compared in proportion to its digits: its exponent is never written out.
#[test]
fn a_large_exponent_costs_nothing() {
    assert_eq!(compare("1e-10000", "CEL", "273.15", "KEL", Scale::Point), Some(Ordering::Greater));
    assert_eq!(compare("-1e-10000", "CEL", "273.15", "KEL", Scale::Point), Some(Ordering::Less));
    let (celsius, kelvin) = (unit("CEL"), unit("KEL"));
    let started = std::time::Instant::now();
    let bound = celsius.bound(&number("1e10000"), kelvin, Scale::Point).expect("one quantity");
    for _ in 0..20_000 {
        assert!(celsius.scaled(&number("1e10000"), kelvin).expect("one quantity") > bound);
    }
    assert!(started.elapsed().as_millis() < 2_000, "{:?}", started.elapsed());
}
