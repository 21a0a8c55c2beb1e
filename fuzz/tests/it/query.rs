//! EPCIS queries, as parameters and as body, and GraphQL documents.

use fuzz::{Target, fuzz};
use gateway::decoders;
use standards_epcis::query::{parse_body, parse_parameters};

const WORDS: [&str; 16] = [
    "eventType=",
    "GE_eventTime=",
    "EQ_bizStep=",
    "MATCH_epc=",
    "MATCH_anyEPC=",
    "EQ_eventID=",
    "perPage=",
    "nextPageToken=",
    "orderBy=",
    "maxEventCount=",
    "&",
    "|",
    "urn:epc:idpat:sgtin:*.*.*",
    "ObjectEvent",
    "%7C",
    "%00",
];

#[test]
fn query_parameters() {
    let target = Target { name: "query_parameters", words: &WORDS, examples: &[], base_us: 20_000, byte_ns: 2_000 };
    fuzz(&target, |input| {
        let parameters: Vec<_> = form_urlencoded::parse(input).collect();
        match parse_parameters(parameters.iter().map(|(name, value)| (&**name, &**value))) {
            Ok(query) => format!("{} {:?}", query.matches.len().min(4), query.limit),
            Err(problems) => problems.iter().take(2).map(|problem| problem.detail.len().to_string()).collect(),
        }
    });
}

#[test]
fn query_body() {
    let target = Target {
        name: "query_body",
        words: &[
            "\"eventType\":[",
            "\"MATCH_epc\":[",
            "\"EQ_bizStep\":",
            "\"perPage\":",
            "\"query\":{",
            "\"queryType\":\"events\"",
            "\"*\"",
        ],
        examples: &[],
        base_us: 20_000,
        byte_ns: 2_000,
    };
    fuzz(&target, |input| match parse_body(input) {
        Ok(query) => format!("{} {:?}", query.matches.len().min(4), query.limit),
        Err(problems) => problems.iter().take(2).map(|problem| problem.code).collect(),
    });
}

#[test]
fn graphql() {
    let target = Target {
        name: "graphql",
        words: &[
            "query",
            "fragment F on Query",
            "...F",
            "... on Event{",
            "{",
            "}",
            "tenant{id}",
            "events(first:",
            "$n",
            "$n:Int=5",
            "@include(if:true)",
            "@skip(if:$n)",
            "a:",
            "__typename",
            "__schema{types{",
            "fields{type{",
            "ofType{",
            "\"\"\"",
            "evidence",
            "identifier(epc:\"",
            "filter:{EQ_bizStep:[",
            "nodes{",
            "[Int!]!",
            "mutation",
            "subscription",
            "#",
        ],
        examples: &[],
        // An introspection of the largest size that is allowed.
        base_us: 150_000,
        byte_ns: 3_000,
    };
    fuzz(&target, |input| {
        let (query, variables) = match input.iter().position(|byte| *byte == 0) {
            Some(at) => input.split_at(at),
            None => (input, &[][..]),
        };
        let variables = serde_json::from_slice(variables.get(1..).unwrap_or_default()).unwrap_or_default();
        decoders::graphql(&String::from_utf8_lossy(query), variables)
    });
}
