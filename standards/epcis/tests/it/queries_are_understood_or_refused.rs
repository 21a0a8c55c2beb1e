//! Query parameters are parsed as the standard defines them, or refused by name.

use standards_epcis::{
    event::{Action, EventType},
    extract::IdentifierRole as Role,
    limit::{
        PATTERN_COST, PER_PAGE_DEFAULT, PER_PAGE_MAX, QUERY_BYTES_MAX, QUERY_COST_MAX, QUERY_PARAMETERS_MAX,
        QUERY_VALUE_BYTES_MAX, QUERY_VALUES_MAX,
    },
    pattern::Pattern,
    problem::code,
    query::{
        EventLimit, EventQuery, OrderBy, OrderDirection, parse_body, parse_named, parse_parameters,
        parse_parameters_within,
    },
    timestamp::Timestamp,
};

use super::shared_data::{path, read};

fn refusals(parameters: &[(&str, &str)]) -> Vec<(String, &'static str)> {
    let problems = parse_parameters(parameters.iter().copied()).expect_err("a refusal");
    problems.into_iter().map(|problem| (problem.pointer, problem.code)).collect()
}

#[test]
fn a_query_without_parameters_asks_for_all_events() {
    let query = parse_parameters([]).expect("an empty query is valid");
    assert_eq!(query, EventQuery::default());
    assert_eq!((query.per_page, query.order_direction), (PER_PAGE_DEFAULT, OrderDirection::Descending));
}

#[test]
fn every_parameter() {
    let query = parse_parameters([
        ("eventType", "ObjectEvent|AggregationEvent"),
        ("GE_eventTime", "2026-01-01T00:00:00Z"),
        ("LT_eventTime", "2026-01-01T00:00:01+00:00"),
        ("GE_recordTime", "1970-01-01T00:00:00Z"),
        ("LT_recordTime", "1970-01-01T00:00:02Z"),
        ("EQ_action", "ADD|DELETE"),
        (
            "EQ_bizStep",
            "urn:epcglobal:cbv:bizstep:shipping|https://ref.gs1.org/cbv/BizStep-receiving|https://ex.org/own",
        ),
        ("EQ_disposition", "in_transit"),
        ("EQ_readPoint", "urn:epc:id:sgln:4012345.00005.0"),
        ("EQ_bizLocation", "https://own.example/gln/4012345000054"),
        ("WD_readPoint", "urn:epc:id:sgln:4012345.00006.0|urn:x:dock"),
        ("WD_bizLocation", "urn:x:site"),
        ("EQ_eventID", "urn:x:1|urn:x:2"),
        ("MATCH_epc", "urn:epc:id:sgtin:4012345.011111.9876"),
        ("MATCH_anyEPCClass", "https://id.gs1.org/01/10860009998039/10/SALAD-20260420-A"),
        ("orderBy", "recordTime"),
        ("orderDirection", "ASC"),
        ("perPage", "1000"),
        ("nextPageToken", "a|b"),
        ("eventCountLimit", "5"),
    ])
    .expect("all parameters are known");
    assert_eq!(query.event_types, [EventType::Object, EventType::Aggregation]);
    let at = |unix_ms| Some(Timestamp::from_unix_ms(unix_ms));
    assert_eq!((query.event_time.from, query.event_time.until), (at(1_767_225_600_000), at(1_767_225_601_000)));
    assert_eq!((query.record_time.from, query.record_time.until), (at(0), at(2_000)));
    assert_eq!(query.actions, [Action::Add, Action::Delete]);
    assert_eq!(query.biz_steps, ["shipping", "receiving", "https://ex.org/own"]);
    assert_eq!(query.dispositions, ["in_transit"]);
    assert_eq!(query.read_points, ["https://id.gs1.org/414/4012345000054"]);
    assert_eq!(query.biz_locations, query.read_points);
    assert_eq!(query.read_points_within, ["https://id.gs1.org/414/4012345000061", "urn:x:dock"]);
    assert_eq!(query.biz_locations_within, ["urn:x:site"]);
    assert_eq!(query.event_ids, ["urn:x:1", "urn:x:2"]);
    assert_eq!(query.matches[0].roles, [Role::Epc, Role::ChildEpc]);
    assert_eq!(query.matches[0].patterns, [Pattern::Exact("https://id.gs1.org/01/04012345111118/21/9876".into())]);
    assert_eq!(query.matches[1].roles, [Role::EpcClass, Role::ChildClass, Role::InputClass, Role::OutputClass]);
    assert_eq!((query.order_by, query.order_direction), (OrderBy::RecordTime, OrderDirection::Ascending));
    assert_eq!((query.per_page, query.next_page_token.map(|token| token.text)), (PER_PAGE_MAX, Some("a|b".to_owned())));
    assert_eq!(query.limit, EventLimit::First(5));
}

#[test]
fn a_users_event_type_is_named_by_its_uri() {
    let query = parse_parameters([("eventType", "ObjectEvent|https://ex.org/Repair|urn:ex:Wash")]).expect("valid");
    assert_eq!(query.event_types, [EventType::Object]);
    assert_eq!(query.own_types, ["https://ex.org/Repair", "urn:ex:Wash"]);
}

#[test]
fn each_match_has_its_roles() {
    for (name, roles) in [
        ("MATCH_parentID", &[Role::ParentId][..]),
        ("MATCH_inputEPC", &[Role::InputEpc]),
        ("MATCH_outputEPC", &[Role::OutputEpc]),
        ("MATCH_anyEPC", &[Role::Epc, Role::ParentId, Role::ChildEpc, Role::InputEpc, Role::OutputEpc]),
        ("MATCH_epcClass", &[Role::EpcClass, Role::ChildClass]),
        ("MATCH_inputEPCClass", &[Role::InputClass]),
        ("MATCH_outputEPCClass", &[Role::OutputClass]),
    ] {
        let query = parse_parameters([(name, "a:b")]).expect(name);
        assert_eq!(query.matches[0].roles, roles, "{name}");
    }
}

#[test]
fn an_invalid_parameter_is_named() {
    let value = code::INVALID_QUERY_VALUE;
    for (name, text, code) in [
        ("EQ_foo", "x", code::UNKNOWN_QUERY_PARAMETER),
        ("eventtype", "ObjectEvent", code::UNKNOWN_QUERY_PARAMETER),
        ("eventType", "QuantityEvent", value),
        ("GE_eventTime", "not-a-date", value),
        ("GE_eventTime", "2026-01-01T00:00:00Z|2026-01-01T00:00:00Z", value),
        ("EQ_action", "SHIPPED", value),
        ("MATCH_epc", "urn:epc:idpat:sgtin:x", value),
        ("MATCH_epc", "", value),
        ("EQ_bizStep", "shipping|", value),
        ("orderBy", "time", value),
        ("orderDirection", "SIDEWAYS", value),
        ("perPage", "0", value),
        ("perPage", "+1", value),
        ("EQ_bizStep", "a\0b", value),
        ("EQ_eventID", "urn:x:\u{1f}", value),
        ("MATCH_anyEPC", "urn:x:\u{85}", value),
        ("nextPageToken", "\0", value),
        ("", "x", code::UNKNOWN_QUERY_PARAMETER),
        ("GE_eventTime", "2026-12-31T23:59:60Z", value),
        ("eventCountLimit", "1", value),
        ("perPage", "-1", value),
        ("eventCountLimit", "0", value),
        ("queryName", "Other", value),
    ] {
        assert_eq!(refusals(&[(name, text)]), [(format!("/{name}"), code)], "{text}");
    }
    assert_eq!(refusals(&[("perPage", "1"), ("perPage", "1")]), [("/perPage".to_owned(), value)]);
    for order in [None, Some(("orderBy", "eventTime"))] {
        let mut parameters = vec![("maxEventCount", "1"), ("eventCountLimit", "1")];
        parameters.extend(order);
        assert_eq!(refusals(&parameters), [("/eventCountLimit".to_owned(), value)]);
        parameters.reverse();
        assert_eq!(refusals(&parameters)[0].1, value);
    }
    let limited = parse_parameters([("eventCountLimit", "1"), ("orderBy", "eventTime")]).expect("in any order");
    assert_eq!(limited.limit, EventLimit::First(1));
    let all = refusals(&[("EQ_foo", "x"), ("perPage", "x"), ("EQ_bar", "y")]);
    assert_eq!(all.len(), 3);
}

/// In a form, `+` is a space: an address that is not encoded loses the sign of an offset.
#[test]
fn a_lost_sign_of_an_offset_is_named() {
    let detail = |text: &str| parse_parameters([("GE_eventTime", text)]).expect_err(text).remove(0).detail;
    assert!(detail("2026-01-01T00:00:00 00:00").ends_with("in an address, + is written %2B"));
    assert!(!detail("2026-01-01").contains("%2B"));
}

/// A captured value is a word of its vocabulary or a URI, so another text matches nothing.
#[test]
fn a_value_that_no_capture_can_have_is_refused() {
    let value = code::INVALID_QUERY_VALUE;
    for (name, text) in [
        ("EQ_bizStep", "shiping"),
        ("EQ_bizStep", "shipping|shiping"),
        ("EQ_bizStep", "in_transit"),
        ("EQ_disposition", "shipping"),
        ("EQ_persistentDisposition_set", "none_such"),
        ("EQ_persistentDisposition_unset", "none_such"),
        ("EQ_errorReason", "none_such"),
        ("EQ_readPoint", "4012345000054"),
        ("EQ_bizLocation", "dock"),
        ("WD_readPoint", "dock"),
        ("WD_bizLocation", "dock"),
        ("EQ_transformationID", "7"),
        ("MATCH_epc", "12345"),
        ("MATCH_anyEPCClass", "urn:x:a|09506000134352"),
    ] {
        assert_eq!(refusals(&[(name, text)]), [(format!("/{name}"), value)], "{text}");
        let body = format!("{{\"{name}\":[\"{}\"]}}", text.replace('|', "\",\""));
        assert_eq!(parse_body(body.as_bytes()).expect_err(&body)[0].code, value, "{body}");
    }
    for (name, text) in [
        ("EQ_bizStep", "shipping|cbv:BizStep-shipping|urn:epcglobal:cbv:bizstep:other|ex:own|https://ex.org/own"),
        ("EQ_errorReason", "incorrect_data|urn:x:own"),
        ("EQ_readPoint", "urn:x:dock|gs1:x1"),
        ("MATCH_epc", "urn:epc:id:sgtin:0614141.107346.2017|urn:epc:idpat:sscc:0614141.*|a:b"),
        // A record that is no event is found by its id, whatever that is.
        ("EQ_eventID", "7"),
        ("EQ_correctiveEventID", "7"),
    ] {
        assert!(parse_parameters([(name, text)]).is_ok(), "{name}={text}");
    }
    // A value of the path was found on record before.
    assert!(parse_parameters_within(("EQ_bizStep", "on record"), []).is_ok());
    let detail = parse_parameters([("EQ_bizStep", "shiping")]).expect_err("no word").remove(0).detail;
    assert!(detail.contains("\"shiping\"") && detail.contains("business step"), "{detail}");
}

#[test]
fn a_page_above_the_cap_is_the_largest_page() {
    for (text, expected) in [("1", 1), ("0007", 7), ("1000", 1_000), ("1001", 1_000), ("99999999999999999999", 1_000)] {
        assert_eq!(parse_parameters([("perPage", text)]).expect(text).per_page, expected, "{text}");
    }
    assert_eq!(parse_body(br#"{"perPage":5000}"#).expect("valid").per_page, PER_PAGE_MAX);
}

#[test]
fn the_cost_of_a_query_has_a_limit_that_is_known_before_it_runs() {
    let patterns = |count: usize| vec!["urn:epc:idpat:sgtin:4012345.*.*"; count].join("|");
    let most = QUERY_COST_MAX / PATTERN_COST;
    assert!(parse_parameters([("MATCH_epc", &*patterns(most))]).is_ok());
    let too_complex = |name: &str| vec![(format!("/{name}"), code::QUERY_TOO_COMPLEX)];
    assert_eq!(refusals(&[("MATCH_epc", &patterns(most + 1))]), too_complex("MATCH_epc"));
    assert_eq!(refusals(&[("MATCH_epc", &patterns(1_000))]), too_complex("MATCH_epc"));
    assert_eq!(refusals(&[("MATCH_epc", &patterns(most)), ("EQ_action", "ADD")]), too_complex("EQ_action"));
    let values = vec!["a:b"; QUERY_VALUES_MAX].join("|");
    let both = [("MATCH_epc", &*values), ("EQ_eventID", &*values)];
    assert!(parse_parameters(both).is_ok());
    let third = [both[0], both[1], ("MATCH_anyEPC", "a:b")];
    assert_eq!(refusals(&third), too_complex("MATCH_anyEPC"));
    let names: Vec<String> = (0..=QUERY_PARAMETERS_MAX).map(|n| format!("p{n}")).collect();
    let parameters: Vec<(&str, &str)> = names.iter().map(|name| (&**name, "x")).collect();
    let found = refusals(&parameters);
    assert_eq!(found.last(), too_complex(&format!("p{QUERY_PARAMETERS_MAX}")).first());
    let repeated = vec![("EQ_action", "ADD"); 1_000_000];
    assert_eq!(refusals(&repeated).last(), too_complex("EQ_action").first());
    let long = "x".repeat(QUERY_BYTES_MAX);
    assert_eq!(refusals(&[("EQ_eventID", &long)]), too_complex("EQ_eventID"));
    let body = format!("{{\"query\":{{}}{}}}", " ".repeat(QUERY_BYTES_MAX));
    assert_eq!(parse_body(body.as_bytes()).expect_err("too long")[0].code, code::QUERY_TOO_COMPLEX);
    let body = format!("{{\"query\":{{\"MATCH_epc\":[{}]}}}}", vec!["\"urn:epc:idpat:sscc:*.*\""; most + 1].join(","));
    let problems = parse_body(body.as_bytes()).expect_err("too many patterns");
    assert_eq!((&*problems[0].pointer, problems[0].code), ("/query/MATCH_epc", code::QUERY_TOO_COMPLEX));
}

#[test]
fn limits_on_values() {
    let values = vec!["a:b"; QUERY_VALUES_MAX].join("|");
    assert!(parse_parameters([("MATCH_epc", values.as_str())]).is_ok());
    assert_eq!(refusals(&[("MATCH_epc", &format!("{values}|a:b"))]).len(), 1);
    let long = "x".repeat(QUERY_VALUE_BYTES_MAX);
    assert!(parse_parameters([("EQ_eventID", long.as_str())]).is_ok());
    assert_eq!(refusals(&[("EQ_eventID", &format!("{long}x"))]).len(), 1);
}

#[test]
fn a_body_gives_the_same_query_as_a_url() {
    let expected = parse_parameters([("EQ_action", "ADD|OBSERVE"), ("perPage", "7"), ("eventType", "ObjectEvent")]);
    let plain = br#"{"@context":"https://x.org/","EQ_action":["ADD","OBSERVE"],"perPage":7,"eventType":"ObjectEvent"}"#;
    let wrapped = br#"{"name":"q","query":{"EQ_action":["ADD","OBSERVE"],"perPage":7,"eventType":"ObjectEvent"}}"#;
    assert_eq!(parse_body(plain), expected);
    assert_eq!(parse_body(wrapped), expected);
    for spelling in ["7.0", "70e-1", "0.7E1"] {
        let text = String::from_utf8_lossy(plain).replace(":7,", &format!(":{spelling},"));
        assert_eq!(parse_body(text.as_bytes()), expected, "{spelling}");
    }
}

#[test]
fn a_body_is_refused_like_a_url() {
    let problems = parse_body(br#"{"query":{"EQ_foo":"x","EQ_action":{"a":1}}}"#).expect_err("a refusal");
    let found: Vec<_> = problems.iter().map(|problem| (problem.pointer.as_str(), problem.code)).collect();
    assert_eq!(
        found,
        [("/query/EQ_foo", code::UNKNOWN_QUERY_PARAMETER), ("/query/EQ_action", code::INVALID_QUERY_VALUE)]
    );
    assert_eq!(parse_body(b"[]").expect_err("no object")[0].code, code::INVALID_TYPE);
    assert_eq!(parse_body(b"{").expect_err("no JSON")[0].code, code::MALFORMED_JSON);
    let large = parse_body(br#"{"query":{"perPage":1e10001}}"#).expect_err("beyond a limit");
    assert_eq!((&*large[0].pointer, large[0].code), ("/query/perPage", code::NUMBER_OUT_OF_RANGE));

    for name in ["Query_with_invalid_values.json", "Query_with_unknown_parameter.json"] {
        let body = read(&path(&format!("openepcis-test-resources/2.0/EPCIS/JSON/Query/Queries/Invalid/{name}")));
        assert!(!parse_body(&body).expect_err(name).is_empty());
    }
}

#[test]
fn a_named_query_is_its_text() {
    let body = br#"{"@context":"x","name":"one","query": {"EQ_action" : ["ADD"] } }"#;
    let named = parse_named(body).expect("valid");
    assert_eq!((&*named.name, &*named.text), ("one", r#"{"EQ_action" : ["ADD"] }"#));
    assert_eq!(parse_body(named.text.as_bytes()), Ok(named.query));
    for (body, pointers) in [
        (r#"{"name":7,"query":{}}"#, vec!["/name"]),
        (r#"{"query":{"EQ_foo":"x"}}"#, vec!["/name", "/query/EQ_foo"]),
        (r#"{"name":"x"}"#, vec!["/query"]),
        (r#"{"name":"x","query":[]}"#, vec!["/query"]),
        (r#"{"name":"x","query":{"query":{}}}"#, vec!["/query/query"]),
        (r#"{"name":"x","query":{"nextPageToken":"t"}}"#, vec!["/query/nextPageToken"]),
        (r#"{"name":"x","query":{},"dest":"https://x.example"}"#, vec!["/dest"]),
        ("[]", vec![""]),
        ("{", vec![""]),
    ] {
        let found: Vec<_> = parse_named(body.as_bytes()).expect_err(body).into_iter().map(|it| it.pointer).collect();
        assert_eq!(found, pointers, "{body}");
    }
    let long = format!(r#"{{"name":"{}","query":{{}}}}"#, "x".repeat(QUERY_BYTES_MAX));
    assert_eq!(parse_named(long.as_bytes()).expect_err("too long")[0].code, code::QUERY_TOO_COMPLEX);
}

#[test]
fn a_value_of_the_path_is_one_value() {
    let found = parse_parameters_within(("EQ_bizStep", "urn:x:a|b"), [("EQ_action", "ADD|DELETE")]).expect("valid");
    assert_eq!((found.biz_steps, found.actions.len()), (vec!["urn:x:a|b".to_owned()], 2));
    let twice = parse_parameters_within(("EQ_bizStep", "shipping"), [("EQ_bizStep", "packing")]);
    assert_eq!(twice.expect_err("given twice")[0].pointer, "/EQ_bizStep");
}

#[test]
fn a_condition_that_a_field_exists_is_a_boolean() {
    let found =
        |value: &str| parse_parameters([("EXISTS_errorDeclaration", value)]).map(|it| it.only_error_declarations);
    assert_eq!((found("true"), found("false")), (Ok(true), Ok(false)));
    for bad in ["TRUE", "1", "true|false", ""] {
        assert!(found(bad).is_err(), "{bad}");
    }
    let body = |text: &str| parse_body(format!(r#"{{"EXISTS_errorDeclaration":{text}}}"#).as_bytes());
    assert!(body("true").expect("valid").only_error_declarations);
    assert!(!body("false").expect("valid").only_error_declarations);
    assert!(body("\"true\"").expect("a URL has text").only_error_declarations);
    // The schema of the binding has null or a number, whose value means nothing.
    assert!(body("null").expect("valid").only_error_declarations && body("0").expect("valid").only_error_declarations);
    assert!(body("[true]").is_err() && body("{}").is_err());
    assert!(parse_body(br#"{"EQ_bizStep":true}"#).is_err());
}

#[test]
fn rare_fields_are_asked_for_in_any_spelling() {
    let found = parse_parameters([
        ("EQ_persistentDisposition_set", "https://ref.gs1.org/cbv/Disp-active|urn:x:own"),
        ("EQ_persistentDisposition_unset", "urn:epcglobal:cbv:disp:unknown"),
        ("EQ_transformationID", "urn:epc:id:gdti:0614141.12345.400|urn:x:t"),
        ("EQ_errorReason", "cbv:ER-incorrect_data"),
        ("EQ_correctiveEventID", "urn:x:1|urn:x:2"),
    ]);
    let found: Vec<_> = found.expect("valid").terms.into_iter().map(|it| (it.kind.number(), it.values)).collect();
    let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        found,
        [
            (1, values(&["active", "urn:x:own"])),
            (2, values(&["unknown"])),
            (3, values(&["https://id.gs1.org/253/0614141123452400", "urn:x:t"])),
            (4, values(&["incorrect_data"])),
            (5, values(&["urn:x:1", "urn:x:2"])),
        ]
    );
}
