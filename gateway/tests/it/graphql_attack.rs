//! Tests that no GraphQL document hurts the gateway: each is refused or answered at once, while other requests are
//! served.

use crate::harness::{Account, Answer, World};
use gateway::graphql::limit::{QUERY_BYTES_MAX, READS_MAX};
use http::StatusCode;
use serde_json::json;
use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

/// The time within which a hostile document is answered. Tests run without optimisation, beside others.
const ANSWER_TEST_MS_MAX: u128 = 1_000;

async fn query(world: &World, account: &Account, text: &str) -> Answer {
    world.post("/graphql", &account.secret, &json!({ "query": text })).await
}

/// Fragments of which each spreads the next one `repeats` times.
fn chain(levels: usize, repeats: usize, last: &str) -> String {
    let mut text = String::from("{...F0}");
    for level in 0..levels {
        let spreads = format!("...F{} ", level + 1).repeat(repeats);
        let _ = write!(text, " fragment F{level} on Query{{{spreads}}}");
    }
    text + &format!(" fragment F{levels} on Query{{{last}}}")
}

/// The memory of this process, in KiB; 0 where the system does not tell.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or_default()
}

#[tokio::test]
async fn documents_made_to_be_expensive_are_refused_at_once() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let small = world.key(&account, &["member:read"]).await;
    query(&world, &small, "{ __typename }").await;
    let before = resident_kib();
    for text in [
        chain(27, 2, "__typename"),
        chain(3, 60, "__typename"),
        chain(12, 9, "tenant{id}"),
        chain(40, 2, "__schema{types{name}}"),
        "{...A}fragment A on Query{...B ...B}fragment B on Query{...A ...A}".to_owned(),
        format!("{{{}}}", "tenant{id} ".repeat(2_900)),
        format!("{{{}}}", "__schema{types{fields{name args{name}}}} ".repeat(700)),
        format!("{{__schema{{types{{{}name{}}}}}}}", "fields{type{".repeat(4), "}}".repeat(4)),
        format!("{{tenant{}{{id}}}}", "@include(if:true)".repeat(1_900)),
        format!("{{a(b:{}", "[".repeat(QUERY_BYTES_MAX - 10)),
        "{".repeat(QUERY_BYTES_MAX),
        "[".repeat(QUERY_BYTES_MAX * 2 - 100),
        format!("{{a(b:{})}}", "{c:".repeat(10_000)),
        format!("query($a:{}Int{}){{__typename}}", "[".repeat(15_000), "]".repeat(15_000)),
        "query($a:[Nothing]=[1]){__typename}".to_owned(),
    ] {
        let begun = Instant::now();
        let answer = query(&world, &small, &text).await;
        let elapsed = begun.elapsed().as_millis();
        let shown = &text[..text.len().min(80)];
        assert!(elapsed < ANSWER_TEST_MS_MAX, "{elapsed} ms: {shown}");
        let body = answer.json();
        let code =
            if answer.status == StatusCode::OK { &body["errors"][0]["extensions"]["code"] } else { &body["code"] };
        let code = code.as_str().unwrap_or_default();
        assert!(["graphql.too_complex", "graphql.invalid"].contains(&code), "{code:?}: {shown}: {body}");
        assert!(body["data"].is_null(), "{shown}");
    }
    let grown = resident_kib().saturating_sub(before);
    assert!(grown < 64 * 1024, "the memory grew by {grown} KiB");
}

#[tokio::test]
async fn a_request_reads_a_bounded_number_of_times() {
    let world = World::start().await;
    let (ours, theirs) = (world.tenant("Ours").await, world.tenant("Theirs").await);
    let times = |count: u64| format!("{{{}}}", "tenant{id} ".repeat(usize::try_from(count).expect("small")));
    let answer = query(&world, &ours, &times(READS_MAX)).await.json();
    assert_eq!(answer["errors"], json!(null), "{answer}");
    let answer = query(&world, &ours, &times(READS_MAX + 1)).await.json();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "graphql.too_complex", "{answer}");
    assert_eq!(answer["errors"][0]["locations"], json!([{ "line": 1, "column": 1 }]));

    let text = times(READS_MAX);
    let many = futures::future::join_all((0..12).map(|_| query(&world, &ours, &text)));
    let other = async {
        let begun = Instant::now();
        let answer = query(&world, &theirs, "{tenant{id}}").await;
        (answer.status, begun.elapsed())
    };
    let (many, (status, elapsed)) = futures::future::join(many, other).await;
    assert!(many.iter().all(|answer| answer.json()["errors"].is_null()));
    assert_eq!(status, StatusCode::OK);
    assert!(elapsed < Duration::from_secs(2), "{elapsed:?}");
}

#[tokio::test]
async fn the_standard_introspection_is_answered() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let text = include_str!("../../src/graphql/prepare/introspection.graphql");
    let answer = query(&world, &account, text).await.json();
    assert_eq!(answer["errors"], json!(null), "{answer}");
    assert_eq!(answer["data"]["__schema"]["queryType"]["name"], "Query");
}

#[tokio::test]
async fn a_failed_field_leaves_no_half_object() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let narrow = world.key(&account, &["tenant:read"]).await;
    let foreign = "https://id.gs1.org/01/09506000134352/10/NONE";
    for (text, expected) in [
        (format!("{{ identifier(epc: \"{foreign}\") {{ canonical evidence }} }}"), json!(null)),
        (format!("{{ identifier(epc: \"{foreign}\") {{ evidence }} }}"), json!(null)),
        (format!("{{ identifier(epc: \"{foreign}\") {{ canonical events {{ nodes {{ eventId }} }} }} }}"), json!(null)),
        ("{ events { nodes { eventId } } tenant { name } }".to_owned(), json!(null)),
        (
            "{ event(id: \"x\") { eventId } tenant { name } }".to_owned(),
            json!({ "event": null, "tenant": { "name": "Farm" } }),
        ),
        ("{ operation(id: \"x\") { id } }".to_owned(), json!({ "operation": null })),
        (
            "{ a: operation(id: \"x\") { id } b: event(id: \"x\") { eventId } }".to_owned(),
            json!({ "a": null, "b": null }),
        ),
    ] {
        let answer = query(&world, &narrow, &text).await.json();
        assert_eq!(answer["data"], expected, "{text}: {answer}");
        for error in answer["errors"].as_array().expect("errors") {
            assert_eq!(error["extensions"]["code"], "auth.insufficient_scope", "{text}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_read_waits_for_a_height_and_reports_its_own() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let send = |text: &str, min_height: Option<&str>| {
        let mut request = http::Request::post("/graphql")
            .header("authorization", format!("Bearer {}", account.secret))
            .header("content-type", "application/json");
        if let Some(height) = min_height {
            request = request.header("waymark-min-height", height);
        }
        world.send(request.body(json!({ "query": text }).to_string().into()).expect("a request"))
    };
    let events = "{ events { nodes { eventId } } }";
    let answer = send(events, None).await;
    let height = answer.header("waymark-height").to_owned();
    assert!(height.starts_with("0=") && height.contains(",1="), "{height:?}");
    let answer = send(events, Some(&height)).await;
    assert_eq!(answer.json()["errors"], json!(null));
    assert!(!answer.header("waymark-height").is_empty());
    send(events, Some("x")).await.assert_problem(400, "request.invalid_header");
    send("{ __typename }", Some("9=1")).await.assert_problem(400, "request.invalid_header");
    assert_eq!(send("{ __typename }", None).await.header("waymark-height"), "");
}

#[tokio::test]
async fn a_control_character_is_no_failure_of_ours() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    for escape in ["\\u0000", "\\u0001", "\\u007f", "\\u0085"] {
        for field in [
            "event(id: \"a@b\") { eventId }",
            "identifier(epc: \"a@b\") { canonical events { nodes { eventId } } }",
            "identifier(epc: \"a@b\") { evidence }",
            "events(after: \"a@b\") { nodes { eventId } }",
            "events(filter: { EQ_bizStep: [\"a@b\"], EQ_eventID: [\"a@b\"] }) { nodes { eventId } }",
            "events(filter: { MATCH_anyEPC: [\"a@b\"], EQ_readPoint: [\"a@b\"] }) { nodes { eventId } }",
            "operation(id: \"a@b\") { id }",
        ] {
            let text = format!("{{ {} }}", field.replace('@', escape));
            let answer = query(&world, &account, &text).await;
            assert_eq!(answer.status, StatusCode::OK, "{text}: {}", answer.text());
            let code = answer.json()["errors"][0]["extensions"]["code"].clone();
            assert_ne!(code, "internal.failure", "{text}: {}", answer.text());
        }
    }
}
