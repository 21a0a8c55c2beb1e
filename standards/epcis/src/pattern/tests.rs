//! Patterns against identifiers: tables of single cases, and random ones against an oracle that splits texts at dots.

use super::*;
use crate::identifier::Level::{Class, Instance};
use proptest::prelude::*;

fn parse(text: &str, level: Level) -> Pattern {
    Pattern::parse(text, level).unwrap_or_else(|| panic!("{text}"))
}

#[track_caller]
fn assert_matches(level: Level, pattern: &str, cases: &[(&str, bool)]) {
    for (written, expected) in cases {
        assert_eq!(parse(pattern, level).matches(written), *expected, "{pattern} {written}");
    }
}

#[test]
fn an_item_pattern_contains_its_serials_only() {
    let cases = [
        ("urn:epc:id:sgtin:4012345.012345.1", true),
        ("urn:epc:id:sgtin:4012345.012345.1.2", true),
        ("urn:epc:id:sgtin:4012345.012346.1", false),
        ("urn:epc:id:sgtin:401234.5012345.1", false),
        ("urn:epc:id:upui:4012345.012345.1", false),
        ("urn:epc:idpat:sgtin:4012345.012345.*", false),
        ("https://id.gs1.org/01/04012345123456/21/1", true),
        ("https://x.example/a/gtin/4012345123456/cpv/2/ser/1", true),
        ("https://id.gs1.org/01/04012345123456/10/1", false),
        ("https://id.gs1.org/01/04012345123456", false),
        ("https://id.gs1.org/01/04012345123463/21/1", false),
        ("https://id.gs1.org/01/04012345123457/21/1", false),
    ];
    assert_matches(Instance, "urn:epc:idpat:sgtin:4012345.012345.*", &cases);
}

#[test]
fn a_company_pattern_compares_the_whole_company_prefix() {
    let other = ["sgtin:0614141.107346.2017", "sscc:0614141.1234567890", "giai:0614141.12345400"];
    for pattern in ["sgtin:061414.*.*", "sscc:061414.*", "giai:061414.*"] {
        let pattern = parse(&format!("urn:epc:idpat:{pattern}"), Instance);
        for text in other {
            assert!(!pattern.matches(&format!("urn:epc:id:{text}")), "{text}");
        }
    }
    let cases = [
        ("urn:epc:id:sgtin:0614141.107346.2017", true),
        ("urn:epc:id:sgtin:06141410.10734.2017", false),
        ("https://id.gs1.org/01/10614141073464/21/2017", true),
        ("https://id.gs1.org/01/90614141073460/21/2017", true),
        ("https://id.gs1.org/01/10614142073463/21/2017", false),
        ("https://id.gs1.org/01/10614141073464", false),
        ("https://id.gs1.org/01/10614141073464/10/2017", false),
    ];
    assert_matches(Instance, "urn:epc:idpat:sgtin:0614141.*.*", &cases);
}

#[test]
fn a_class_pattern_contains_classes_only() {
    let cases = [
        ("urn:epc:idpat:sgtin:4012345.012345.*", true),
        ("urn:epc:idpat:sgtin:4012345.*.*", true),
        ("urn:epc:idpat:sgtin:*.*.*", false),
        ("urn:epc:idpat:grai:4012345.01234.*", false),
        ("urn:epc:class:lgtin:4012345.012345.998877", false),
        ("urn:epc:id:sgtin:4012345.012345.1", false),
        ("https://id.gs1.org/01/04012345123456", true),
        ("https://id.gs1.org/01/04012345123456/10/1", false),
        ("https://id.gs1.org/01/04012345123456/21/1", false),
    ];
    assert_matches(Class, "urn:epc:idpat:sgtin:4012345.*.*", &cases);
    // The example of EPCIS 2.0 section 8.2.7.1.1.
    let class = "urn:epc:idpat:sgtin:0614141.112345.*";
    let link = "https://id.gs1.org/01/10614141123459";
    assert_matches(Class, "urn:epc:idpat:sgtin:0614141.*.*", &[(class, true), (link, true)]);
    assert_matches(Class, class, &[(class, true), (link, true), ("https://id.gs1.org/01/20614141123456", false)]);
    assert_matches(Class, "urn:epc:idpat:sgtin:0614141.112345.400", &[(class, false), (link, false)]);
    assert_matches(Instance, class, &[(class, false), (link, false)]);
}

#[test]
fn a_pattern_without_a_wildcard_is_its_epc() {
    let cases = [
        ("urn:epc:id:sgtin:0614141.112345.400", true),
        ("urn:epc:id:sgtin:0614141.112345.4001", false),
        ("urn:epc:id:sgtin:061414.1112345.400", false),
        ("https://id.gs1.org/01/10614141123459/21/400", true),
    ];
    assert_matches(Instance, "urn:epc:idpat:sgtin:0614141.112345.400", &cases);
}

#[test]
fn a_location_pattern_leaves_the_extension_open() {
    let cases = [
        ("urn:epc:id:sgln:0614141.07346.0", true),
        ("urn:epc:id:sgln:0614141.07346.1234", true),
        ("urn:epc:id:sgln:0614141.07347.0", false),
        ("https://id.gs1.org/414/0614141073467", true),
        ("https://id.gs1.org/414/0614141073467/254/12", true),
        ("https://id.gs1.org/417/0614141073467", false),
    ];
    assert_matches(Instance, "urn:epc:idpat:sgln:0614141.07346.*", &cases);
}

#[test]
fn every_spelling_is_the_same_identifier() {
    let spellings = [
        "urn:epc:id:sgtin:4012345.011111.9876",
        "https://example.org/gtin/4012345111118/ser/9876?17=261231",
        "https://id.gs1.org/01/04012345111118/21/9876",
    ];
    for text in spellings {
        assert_matches(Instance, text, &spellings.map(|written| (written, true)));
    }
    assert_eq!(parse("urn:uuid:1", Instance), Pattern::Exact("urn:uuid:1".into()));
}

#[test]
fn an_invalid_pattern_is_refused() {
    for text in [
        "",
        "sgtin:4012345.*.7",
        "sgtin:*.*.7",
        "sgtin:4012345.*",
        "sgtin:4012345.0123456.*",
        "sgtin:4012345.01234x.*",
        "sgtin:12.*.*",
        "sgtin:4012345.012345.",
        "lgtin:4012345.012345.*",
        "nope:1.*",
        "gid:01.*.*",
        "imovn:123",
        "itip:4012345.012345.1.*.*",
    ] {
        for level in [Instance, Class] {
            assert_eq!(Pattern::parse(&format!("urn:epc:idpat:{text}"), level), None, "{text}");
        }
    }
}

/// An EPC of each scheme: the generators of its components, which depend on the length of the company prefix.
fn epc() -> impl Strategy<Value = (String, Vec<String>)> {
    let table: [(&str, &[&str]); 18] = [
        ("sgtin", &["company", "13", "[0-9A-Za-z.*:-]{1,20}"]),
        ("upui", &["company", "13", "[0-9A-Z.-]{1,28}"]),
        ("itip", &["company", "13", "[0-9]{2}", "[0-9]{2}", "[0-9.]{1,20}"]),
        ("sscc", &["company", "17"]),
        ("sgln", &["company", "12", "[0-9.]{1,20}"]),
        ("pgln", &["company", "12"]),
        ("grai", &["company", "12", "[0-9A-Z]{1,16}"]),
        ("gdti", &["company", "12", "[0-9A-Z]{1,17}"]),
        ("sgcn", &["company", "12", "[0-9]{1,12}"]),
        ("giai", &["company", "[0-9A-Z.]{1,18}"]),
        ("ginc", &["company", "[0-9A-Z]{1,18}"]),
        ("gsrn", &["company", "17"]),
        ("gsrnp", &["company", "17"]),
        ("gsin", &["company", "16"]),
        ("cpi", &["company", "[0-9A-Z-]{1,18}", "[0-9]{1,12}"]),
        ("gid", &["[1-9][0-9]{0,8}", "[1-9][0-9]{0,7}", "[1-9][0-9]{0,10}"]),
        ("usdod", &["[0-9A-Z]{5,6}", "[1-9][0-9]{0,10}"]),
        ("adi", &["[0-9A-Z]{5,6}", "[0-9A-Z-]{0,32}", "[0-9A-Z]{1,30}"]),
    ];
    // Few digits, so that company prefixes often begin with one another.
    (0..table.len(), 6_usize..=12).prop_flat_map(move |(row, digits)| {
        let (scheme, parts) = table[row];
        let texts: Vec<BoxedStrategy<String>> = parts
            .iter()
            .map(|part| match (*part, part.parse::<usize>()) {
                ("company", _) => format!("[12]{{1}}1{{{}}}", digits - 1).prop_map_regex(),
                (_, Ok(total)) => format!("[01]{{{}}}", total - digits).prop_map_regex(),
                (regex, Err(_)) => regex.to_owned().prop_map_regex(),
            })
            .collect();
        (Just(scheme.to_owned()), texts)
    })
}

/// A strategy of texts from a regular expression that is made at run time.
trait FromRegex {
    fn prop_map_regex(self) -> BoxedStrategy<String>;
}

impl FromRegex for String {
    fn prop_map_regex(self) -> BoxedStrategy<String> {
        proptest::string::string_regex(&self).expect("a regular expression").boxed()
    }
}

/// The meaning of a pattern in the standard: equal schemes, and each component is equal or `*` in the pattern.
fn oracle(pattern: &(String, Vec<String>), epc: &(String, Vec<String>)) -> bool {
    pattern.0 == epc.0 && pattern.1.iter().zip(&epc.1).all(|(one, other)| one == "*" || one == other)
}

fn urn(kind: &str, (scheme, parts): &(String, Vec<String>)) -> String {
    format!("urn:epc:{kind}:{scheme}:{}", parts.join("."))
}

fn open(mut epc: (String, Vec<String>), wildcards: usize) -> (String, Vec<String>) {
    let count = epc.1.len();
    for part in &mut epc.1[count.saturating_sub(wildcards)..] {
        "*".clone_into(part);
    }
    epc
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_pattern_contains_what_the_standard_says(
        (ours, theirs) in (epc(), epc()), wildcards in 0_usize..=5, classes in 1_usize..=5,
    ) {
        // A serial that is one `*` cannot be told from a wildcard.
        prop_assume!(!ours.1.iter().chain(&theirs.1).any(|part| part == "*"));
        let pattern = open(ours.clone(), wildcards);
        for epc in [&ours, &theirs] {
            let found = parse(&urn("idpat", &pattern), Instance).matches(&urn("id", epc));
            prop_assert_eq!(found, oracle(&pattern, epc), "{:?} {:?}", pattern, epc);
            let class = open(epc.clone(), classes);
            let found = parse(&urn("idpat", &pattern), Class).matches(&urn("idpat", &class));
            prop_assert_eq!(found, oracle(&pattern, &class), "{:?} {:?}", pattern, class);
            prop_assert!(!parse(&urn("idpat", &pattern), Class).matches(&urn("id", epc)));
            prop_assert!(!parse(&urn("idpat", &pattern), Instance).matches(&urn("idpat", &class)));
        }
        // A pattern contains the links of the EPCs that it contains.
        let link = identifier::canonical(&urn("id", &ours)).into_owned();
        if link.starts_with("https://") {
            prop_assert!(parse(&urn("idpat", &pattern), Instance).matches(&link), "{:?} {}", pattern, link);
        }
    }
}
