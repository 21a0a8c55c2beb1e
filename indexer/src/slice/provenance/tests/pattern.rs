//! Each scheme's EPCs, found by patterns: what a query finds is what the pattern contains.

use super::{A, Applied, owner};
use crate::{
    provenance::{PageLimit, find_events},
    testing::chain::{Draw, TestChain},
};
use standards_epcis::{
    pattern::{Level, Pattern},
    query::parse_parameters,
};

/// EPCs and classes of every scheme, and neighbours that differ in one component.
const IDENTIFIERS: [&str; 34] = [
    "urn:epc:id:sgtin:0614141.107346.2017",
    "urn:epc:id:sgtin:0614141.107346.2018",
    "urn:epc:id:sgtin:06141410.10734.2017",
    "urn:epc:id:sgtin:0614142.107346.2017",
    "urn:epc:id:upui:0614141.107346.2017",
    "urn:epc:id:itip:0614141.107346.01.02.2017",
    "urn:epc:id:sscc:0614141.1234567890",
    "urn:epc:id:sscc:061414.11234567890",
    "urn:epc:id:sgln:0614141.07346.0",
    "urn:epc:id:sgln:0614141.07346.9",
    "urn:epc:id:pgln:0614141.07346",
    "urn:epc:id:grai:0614141.07346.1",
    "urn:epc:id:gdti:0614141.07346.1",
    "urn:epc:id:sgcn:0614141.07346.1",
    "urn:epc:id:giai:0614141.12345400",
    "urn:epc:id:giai:061414.112345400",
    "urn:epc:id:ginc:0614141.xyz",
    "urn:epc:id:gsrn:0614141.1234567890",
    "urn:epc:id:gsrnp:0614141.1234567890",
    "urn:epc:id:gsin:0614141.123456789",
    "urn:epc:id:cpi:0614141.123ABC.1",
    "urn:epc:id:gid:31415.271828.1414",
    "urn:epc:id:usdod:CAGEY.1234",
    "urn:epc:id:adi:W81X9C.3KL984PX1.2WMA52",
    "urn:epc:id:bic:CSQU3054383",
    "urn:epc:id:imovn:9176187",
    "urn:epc:class:lgtin:0614141.107346.2017",
    "urn:epc:idpat:sgtin:0614141.107346.*",
    "urn:epc:idpat:grai:0614141.07346.*",
    "https://id.gs1.org/01/10614141073464",
    "https://id.gs1.org/01/10614141073464/21/2017",
    "https://example.org/gtin/10614141073464/lot/2017",
    "https://id.gs1.org/414/0614141073467",
    "urn:uuid:1",
];

/// The patterns that open the components of an identifier one after the other, from the last.
fn patterns_of(identifier: &str) -> Vec<String> {
    let Some((scheme, parts)) = identifier.strip_prefix("urn:epc:id:").and_then(|rest| rest.split_once(':')) else {
        return Vec::new();
    };
    let count = parts.split('.').count();
    let open = |wildcards: usize| {
        let kept = parts.split('.').take(count - wildcards).chain(std::iter::repeat_n("*", wildcards));
        format!("urn:epc:idpat:{scheme}:{}", kept.collect::<Vec<_>>().join("."))
    };
    (0..=count).map(open).collect()
}

#[tokio::test]
async fn a_query_finds_what_the_pattern_contains() {
    let chain = TestChain::new(1);
    let draw = |(n, identifier): (usize, &&str)| {
        let [list, rest] = match n % 2 {
            0 => [format!("\"epcList\":[\"{identifier}\"]"), "\"quantityList\":[]".to_owned()],
            _ => ["\"epcList\":[]".to_owned(), format!("\"quantityList\":[{{\"epcClass\":\"{identifier}\"}}]")],
        };
        Draw::event(&format!(
            r#"{{"type":"ObjectEvent","eventID":"{}","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD",{list},{rest}}}"#,
            n / 2
        ))
    };
    // Each identifier once as an instance and once as a class.
    let twice: Vec<&str> = IDENTIFIERS.iter().flat_map(|identifier| [*identifier, *identifier]).collect();
    chain.capture(0, 1_000, A, &twice.iter().enumerate().map(draw).collect::<Vec<_>>());
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    let mut asked = 0;
    for text in IDENTIFIERS.iter().flat_map(|one| [vec![(*one).to_owned()], patterns_of(one)].concat()) {
        for (name, level) in [("MATCH_anyEPC", Level::Instance), ("MATCH_anyEPCClass", Level::Class)] {
            let query = parse_parameters([(name, &*text)]).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
            let limit = PageLimit { rows: 1_000, bytes: u32::MAX };
            let page = find_events(&mut tx, owner(A), &query, None, limit).await.expect("a query");
            let mut found: Vec<usize> = page.rows.iter().map(|row| row.event_id.parse().expect("a number")).collect();
            found.sort_unstable();
            let pattern = Pattern::parse(&text, level).expect("a pattern");
            let expected = (0..IDENTIFIERS.len()).filter(|n| pattern.matches(IDENTIFIERS[*n]));
            assert_eq!(found, expected.collect::<Vec<_>>(), "{name}={text}");
            asked += found.len();
        }
    }
    assert!(asked > 150, "{asked}");
}
