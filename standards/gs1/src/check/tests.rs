//! What each check accepts, and what it refuses and where.

use super::*;
use crate::ai;

/// A check, texts that it accepts, and texts that it refuses with the place of the problem.
type Case = (Check, &'static [&'static str], &'static [(&'static str, usize)]);

const CASES: &[Case] = &[
    (Check::CheckDigit, &["09506000134352", "395060001343512341"], &[("09506000134351", 13), ("", 0)]),
    (Check::CheckPair, &["1987654Ad4X4bL5ttr2310c2K"], &[("1987654Ad4X4bL5ttr2310c2L", 23), ("2", 0)]),
    (Check::CompanyPrefix, &["4012ABC", "4012"], &[("401", 3), ("40A2", 2), ("", 0)]),
    (Check::CompanyPrefixSecond, &["34012", "X40123"], &[("3401", 4), ("34A12", 2), ("", 0)]),
    (Check::Date, &["240229", "000229", "991231"], &[("230229", 4), ("240431", 4), ("241301", 2), ("240100", 4)]),
    (Check::DateOrMonth, &["240200", "240229"], &[("240000", 2), ("240230", 4), ("24020", 0), ("2402xx", 0)]),
    (Check::LongDate, &["20000229", "19991231"], &[("19000229", 6), ("20001301", 4), ("20000100", 6), ("2000010", 0)]),
    (Check::Hour, &["00", "23"], &[("24", 0), ("1", 0)]),
    (Check::Minute, &["59"], &[("60", 0)]),
    (Check::Second, &["00"], &[("99", 0), ("1x", 0)]),
    (Check::HourMinute, &["0000", "2359"], &[("2400", 0), ("2360", 2), ("23", 0)]),
    (Check::Country, &["004", "276", "894"], &[("999", 0), ("000", 0), ("04", 0)]),
    (Check::CountryOr999, &["999", "276"], &[("998", 0)]),
    (Check::CountryLetters, &["DE", "CN"], &[("de", 0), ("XX", 0), ("D", 0)]),
    (Check::Currency, &["978", "008"], &[("979 980", 0), ("000", 0)]),
    (Check::Sex, &["0", "1", "2", "9"], &[("3", 0), ("", 0)]),
    (Check::MediaType, &["01", "10", "80", "99"], &[("00", 0), ("11", 0), ("79", 0), ("+1", 0), ("1", 0)]),
    (Check::PackageType, &["8", "1A", "X11", "ZZ"], &[("0", 0), ("1A 1B", 0), ("", 0)]),
    (
        Check::Iban,
        &["GB82WEST12345698765432", "DE89370400440532013000"],
        &[("GB83WEST12345698765432", 2), ("XX82WEST12345698765432", 0), ("GB82west12345698765432", 4), ("GB82", 0)],
    ),
    (Check::Latitude, &["0000000000", "1800000000"], &[("1800000001", 0), ("180000000", 0)]),
    (Check::Longitude, &["3600000000"], &[("3600000001", 0), ("36000000xx", 0)]),
    (Check::PieceOfTotal, &["0101", "0203", "99"], &[("0001", 0), ("0100", 2), ("0201", 0), ("010", 0)]),
    (
        Check::PositionOfTotal,
        &["1/1", "9/10", "12/12"],
        &[("2/1", 0), ("10/9", 0), ("0/1", 0), ("1/0", 2), ("1/02", 2), ("1/", 0), ("/1", 0), ("1//1", 0), ("12", 0)],
    ),
    (Check::PercentEncoded, &["", "A%2fB%FF", "AB"], &[("A%2", 1), ("A%", 1), ("%41%4G", 3)]),
    (Check::HasNonDigit, &["4012A"], &[("4012", 0)]),
    (Check::Hyphens, &["-"], &[("+", 0), ("", 0), ("-0", 0)]),
    (Check::ImporterIndex, &["A", "z", "0", "-", "_"], &[("+", 0), ("AA", 0), ("", 0)]),
    (Check::NoLeadingZero, &["1", "10"], &[("0", 0), ("01", 0)]),
    (Check::NonZero, &["0001"], &[("0000", 0), ("", 0)]),
    (Check::Winding, &["0", "1", "9"], &[("2", 0)]),
    (Check::YesNo, &["0", "1"], &[("2", 0), ("", 0)]),
    (Check::Zero, &["0"], &[("1", 0), ("00", 0)]),
    (
        Check::CouponCode,
        &[
            // Company of 6 digits, offer, save value, requirement, its code, family.
            concat!("0", "401234", "111111", "1", "5", "1", "1", "0", "123"),
            // Every optional field.
            concat!(
                concat!("1", "4012345", "111111", "2", "50", "5", "12345", "9", "123"),
                concat!("1", "3", "1", "1", "0", "456", "0", "401234"),
                concat!("2", "1", "1", "4", "789", "9"),
                concat!("3", "261231", "4", "260101", "5", "0", "123456", "6", "1", "4012345", "9", "6", "2", "9", "1"),
            ),
        ],
        &[
            ("", 0),
            ("7401234", 0),
            ("0401", 1),
            ("040A234", 3),
            (concat!("0", "401234", "111111", "6"), 13),
            (concat!("0", "401234", "111111", "1", "5", "1", "1", "5", "123"), 17),
            (concat!("0", "401234", "111111", "1", "5", "1", "1", "0", "123", "8"), 21),
            (concat!("0", "401234", "111111", "1", "5", "1", "1", "0", "123", "3", "260230"), 26),
            (concat!("0", "401234", "111111", "1", "5", "1", "1", "0", "123", "3", "260101", "4", "260102"), 29),
            (concat!("0", "401234", "111111", "1", "5", "1", "1", "0", "123", "9", "3"), 22),
        ],
    ),
    (
        Check::CouponOffer,
        &[concat!("0", "0", "401234", "111111", "0", "123456"), concat!("1", "1", "4012345", "111111", "1", "1234567")],
        &[
            ("2", 0),
            ("07", 1),
            ("00401", 2),
            (concat!("0", "0", "401234", "111111", "0", "12345"), 15),
            (concat!("0", "0", "401234", "111111", "0", "1234567"), 21),
        ],
    ),
];

#[test]
fn texts_are_accepted_or_refused_at_a_place() {
    for (check, accepted, refused) in CASES {
        for text in *accepted {
            assert_eq!(check.run(text), Ok(()), "{check:?} {text:?}");
        }
        for (text, at) in *refused {
            assert_eq!(check.run(text).map_err(|problem| problem.at), Err(*at), "{check:?} {text:?}");
        }
    }
}

#[test]
fn every_check_of_the_dictionary_is_tested() {
    let used = ai::definitions().flat_map(|definition| definition.components).flat_map(|component| component.checks);
    for check in used {
        assert!(CASES.iter().any(|(tested, ..)| tested == check), "{check:?}");
    }
    let mut names: Vec<&str> = CASES.iter().map(|(check, ..)| check.name()).collect();
    names.sort_unstable();
    assert!(names.is_sorted_by(|left, right| left < right), "each name once");
}

#[test]
fn no_text_makes_a_check_panic() {
    for (check, ..) in CASES {
        for text in ["", "%", "é", "0é", "12345é", "/", "1234567890é", "\0", "99999999999999999999999999999999999999"]
        {
            let place = check.run(text).map_err(|problem| problem.at);
            assert!(place.is_ok() || place.is_err_and(|at| at <= text.len()), "{check:?} {text:?}");
        }
    }
}
