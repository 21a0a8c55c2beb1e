//! Tests queries of fields without an index: they find the same through every interface, pages that end early continue,
//! and another tenant sees nothing.

use crate::stack::{Answer, Stack, document, event, segment};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");
const EXTENSIONS: (&str, &str) = ("gs1-extensions", "ex=https://gs1.org/voc/");

pub(crate) fn ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.events().iter().map(|event| event["eventID"].as_str().expect("an id").to_owned()).collect()
}

pub(crate) fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link").strip_prefix('<')?;
    link.split_once(">; rel=\"next\"").map(|(uri, _)| uri.to_owned())
}

/// Ten events, the later ones warmer.
async fn with_sensors() -> Stack {
    let stack = Stack::start().await;
    let events: Vec<String> = (0..10)
        .map(|n| {
            let report = format!(r#"{{"type":"Temperature","value":{n}.5,"uom":"CEL","gs1:sensor":"s{}"}}"#, n % 2);
            let declared = if n == 9 { r#","gs1:outer":{"gs1:inner":"deep"}"# } else { "" };
            let extra = format!(
                r#","sensorElementList":[{{"sensorReport":[{report}]}}],"gs1:number":{n},"ilmd":{{"gs1:lot":"L{n}"}},
                "bizTransactionList":[{{"type":"po","bizTransaction":"urn:x:po:{n}"}}]{declared}"#
            );
            let event = event(&format!("urn:uuid:{n}"), &extra).replace("OBSERVE", "ADD");
            event.replace("00:00:00Z", &format!("00:00:0{n}Z"))
        })
        .collect();
    let answer = stack.capture(document(&events).as_bytes()).await;
    assert_eq!((answer.status, &answer.json()["success"]), (StatusCode::OK, &true.into()), "{}", answer.text());
    stack
}

#[tokio::test(flavor = "multi_thread")]
async fn every_interface_finds_the_same() {
    let stack = with_sensors().await;
    let other = stack.another_tenant().await;
    let numbers = |found: &[&str]| found.iter().map(|n| format!("urn:uuid:{n}")).collect::<Vec<_>>();
    for (parameters, expected) in [
        (&[("GE_value_KEL", "281.65")][..], &["9", "8"][..]),
        (&[("LT_value_FAH", "33"), ("EQ_type", "Temperature")], &["0"]),
        (&[("EQ_SENSORREPORT_ex:sensor", "s1"), ("LE_ex:number", "4")], &["3", "1"]),
        (&[("EQ_ILMD_https://gs1.org/voc/#lot", "L2")], &["2"]),
        (&[("EQ_INNER_ex:inner", "deep")], &["9"]),
        (&[("EXISTS_ex:outer", "true")], &["9"]),
        (&[("EQ_bizTransaction_po", "urn:x:po:4"), ("EQ_action", "ADD")], &["4"]),
        (&[("GE_value_KGM", "0")], &[]),
    ] {
        let expected = numbers(expected);
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let uri = format!("/epcis/events?{query}");
        let by_get = stack.send(Method::GET, &uri, &[EXTENSIONS], b"").await;
        assert_eq!(
            (ids(&by_get), by_get.header("waymark-examined"), next(&by_get)),
            (expected.clone(), "", None),
            "{uri}"
        );
        let members: serde_json::Map<String, Value> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let mut body = json!({ "@context": { "ex": "https://gs1.org/voc/" }, "query": members });
        let by_post = stack.send(Method::POST, "/epcis/events", &[JSON], body.to_string().as_bytes()).await;
        assert_eq!(ids(&by_post), expected, "{body}");
        // A named query keeps only the context within it.
        let context = body["@context"].take();
        body["query"]["@context"] = context;
        let named = json!({ "name": query, "query": body["query"] });
        let made = stack.send(Method::POST, "/epcis/queries", &[JSON], named.to_string().as_bytes()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        assert_eq!(ids(&stack.get(&format!("{}/events", made.header("location"))).await), expected, "{named}");
        let by_value = format!("/epcis/eventTypes/ObjectEvent/events?{query}");
        assert_eq!(ids(&stack.send(Method::GET, &by_value, &[EXTENSIONS], b"").await), expected, "{by_value}");
        let others: Vec<String> = parameters
            .iter()
            .map(|(name, value)| {
                let name = name.replace("ex:", "https://gs1.org/voc/");
                format!("{{name: \"{name}\", values: [\"{value}\"]}}")
            })
            .collect();
        let graphql =
            format!("{{ events(filter: {{parameters: [{}]}}) {{ nodes {{ eventId }} }} }}", others.join(", "));
        let nodes = stack.graphql(&graphql).await["events"]["nodes"].clone();
        let by_graphql: Vec<_> = nodes.as_array().expect("nodes").iter().map(|it| it["eventId"].clone()).collect();
        assert_eq!(json!(by_graphql), json!(expected), "{graphql}");
        let foreign = stack.send_as(Some(&other), Method::GET, &uri, &[EXTENSIONS], b"").await;
        assert_eq!(ids(&foreign), Vec::<String>::new(), "{uri}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_counts_are_those_of_the_events_that_match() {
    let stack = with_sensors().await;
    let condition = "EQ_SENSORREPORT_https%3A%2F%2Fgs1.org%2Fvoc%2F%23sensor=s1";
    let (mut found, mut sizes) = (Vec::new(), Vec::new());
    let mut uri = Some(format!("/epcis/events?{condition}&perPage=2"));
    while let Some(at) = uri {
        let answer = stack.get(&at).await;
        sizes.push(answer.events().len());
        found.extend(ids(&answer));
        uri = next(&answer);
    }
    assert_eq!(found, ["9", "7", "5", "3", "1"].map(|n| format!("urn:uuid:{n}")));
    assert_eq!(sizes, [2, 2, 1]);
    let limited = stack.get(&format!("/epcis/events?{condition}&eventCountLimit=3&orderBy=eventTime&perPage=2")).await;
    let rest = stack.get(&next(&limited).expect("a third event")).await;
    assert_eq!((ids(&limited).len(), ids(&rest).len(), next(&rest)), (2, 1, None));
    assert_eq!(ids(&stack.get(&format!("/epcis/events?{condition}&maxEventCount=5")).await).len(), 5);
    let refused = stack.get(&format!("/epcis/events?{condition}&maxEventCount=4")).await;
    refused.problem(413, "provenance.query_too_large");
    // A token belongs to its query.
    let token = next(&stack.get(&format!("/epcis/events?{condition}&perPage=1")).await).expect("more");
    let token = token.split_once("nextPageToken=").expect("a token").1.to_owned();
    let foreign = stack.get(&format!("/epcis/events?{}&nextPageToken={token}", condition.replace("s1", "s0"))).await;
    foreign.problem(400, "request.invalid_cursor");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_with_a_fault_is_refused_with_its_place() {
    let stack = Stack::start().await;
    for (query, code, pointer) in [
        ("EQ_ex:field=1", "provenance.unbound_prefix", "/EQ_ex:field"),
        ("GE_value_KEL=warm", "provenance.invalid_query_value", "/GE_value_KEL"),
        ("GE_value_kelvin=1", "provenance.unknown_query_parameter", "/GE_value_kelvin"),
        ("GT_https://x.example/%23f=a", "provenance.invalid_query_value", "/GT_https:~1~1x.example~1#f"),
        ("HASATTR_epcList=a", "provenance.unknown_query_parameter", "/HASATTR_epcList"),
        ("EQ_ATTR_bizLocation_nope:f=a", "provenance.unbound_prefix", "/EQ_ATTR_bizLocation_nope:f"),
    ] {
        let problem = stack.get(&format!("/epcis/events?{query}")).await.problem(400, "provenance.invalid_query");
        assert_eq!(problem["type"], "epcisException:QueryParameterException", "{query}");
        let error = &problem["errors"][0];
        assert_eq!((&error["code"], &error["pointer"]), (&json!(code), &json!(pointer)), "{query}");
    }
    let stored = json!({ "@context": { "ex": "https://x.example/" }, "name": "a", "query": { "EQ_ex:f": "1" } });
    let answer = stack.send(Method::POST, "/epcis/queries", &[JSON, EXTENSIONS], stored.to_string().as_bytes()).await;
    assert_eq!(answer.problem(400, "provenance.invalid_query")["errors"][0]["pointer"], "/query/EQ_ex:f");
    let query = r#"{ events(filter: { parameters: [{ name: "EQ_ex:f", values: ["1"] }] }) { nodes { eventId } } }"#;
    let body = json!({ "query": query }).to_string();
    let answer = stack.send(Method::POST, "/graphql", &[JSON], body.as_bytes()).await.json();
    let fault = &answer["errors"][0]["extensions"]["errors"][0];
    assert_eq!((&fault["code"], &fault["pointer"]), (&json!("provenance.unbound_prefix"), &json!("/EQ_ex:f")));
    assert!(fault["detail"].as_str().is_some_and(|it| it.contains("write the namespace out")), "{answer}");
    let costly = format!("EQ_stringValue={}", vec!["a"; 201].join("|"));
    stack.get(&format!("/epcis/events?{costly}")).await.problem(413, "provenance.query_too_complex");
    let headers = [("gs1-extensions", "gs1=https://x.example/")];
    let answer = stack.send(Method::GET, "/epcis/events", &headers, b"").await;
    answer.problem(400, "request.invalid_header");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_ends_at_the_bytes_that_were_examined_and_continues() {
    let stack = Stack::start().await;
    let note = "x".repeat(240 * 1_000);
    // The earliest event is the only one that matches, and it comes last.
    for part in 0..4 {
        let events: Vec<String> = (0..20)
            .map(|n| {
                let n = part * 20 + n;
                event(&format!("urn:uuid:{n:04}"), &format!(",\"gs1:note\":\"{note}\",\"gs1:number\":{n}"))
                    .replace("00:00:00Z", &format!("00:{:02}:{:02}Z", n / 60, n % 60))
            })
            .collect();
        let answer = stack.capture(document(&events).as_bytes()).await;
        assert_eq!((answer.status, &answer.json()["success"]), (StatusCode::OK, &true.into()), "{}", answer.text());
    }
    let condition = format!("{}=0", segment("EQ_https://gs1.org/voc/#number"));
    let (mut found, mut examined) = (Vec::new(), Vec::new());
    let mut uri = Some(format!("/epcis/events?{condition}"));
    while let Some(at) = uri {
        let answer = stack.get(&at).await;
        found.extend(ids(&answer));
        examined.push(answer.header("waymark-examined").to_owned());
        uri = next(&answer);
        assert_eq!(uri.is_some(), !examined.last().expect("one").is_empty(), "{examined:?}");
    }
    assert_eq!(found, ["urn:uuid:0000"]);
    assert!(examined.len() > 1, "{examined:?}");
    let first: usize = examined[0].parse().expect("a number of events");
    assert!((1..80).contains(&first), "{examined:?}");
    let counted = stack.get(&format!("/epcis/events?{condition}&maxEventCount=1")).await;
    counted.problem(413, "provenance.query_too_complex");
    let all = format!("/epcis/events?{}=true&maxEventCount=3", segment("EXISTS_https://gs1.org/voc/#number"));
    stack.get(&all).await.problem(413, "provenance.query_too_large");
    let graphql = r#"{ events(filter: {parameters: [{name: "EQ_https://gs1.org/voc/#number", values: ["0"]}]})
        { nodes { eventId } pageInfo { hasNextPage endCursor } } }"#;
    let page = stack.graphql(graphql).await["events"].clone();
    assert_eq!((&page["nodes"], &page["pageInfo"]["hasNextPage"]), (&json!([]), &json!(true)));
    assert!(page["pageInfo"]["endCursor"].is_string(), "{page}");
}
