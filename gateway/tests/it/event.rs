//! Tests the list of events: what it holds, how it is paged and filtered, and that GraphQL gives the same page.

use crate::{
    harness::World,
    provenance_master_data::{LOCATION, element, pages, record},
    stack::{Answer, Stack, document, event, segment},
};
use chain_proof::{Bundle, Verdict, verify};
use chain_types::{ShardId, id::home_shard, stream::kind};
use gateway::event::page::SUBJECT_BYTES_MAX;
use http::{Method, StatusCode};
use indexer::{
    event::{PLACES_PER_PAGE_MAX, RUNS_PER_PAGE_MAX, SPAN_BYTES_PER_PAGE_MAX},
    provenance::SUMMARY_TEXT_BYTES_MAX,
};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor as _};
use standards_epcis::extract::canonical_identifier;

const CAPTURED: &str = "waymark.provenance.event_captured";
const DECLARED: &str = "waymark.provenance.error_declared";
const RECORDED: &str = "waymark.provenance.master_data_recorded";
const REGISTERED: &str = "waymark.account.tenant_registered";
const EPC: &str = "urn:epc:id:sgtin:4012345.011111.9876";

fn id(n: usize) -> String {
    format!("urn:uuid:aaaaaaaa-0000-4000-8000-{n:012}")
}

/// An event about another EPC.
fn elsewhere(n: usize) -> String {
    event(&id(n), "").replace("9876", "1234")
}

async fn page(stack: &Stack, query: &str) -> Answer {
    let answer = stack.get(&format!("/v1/events{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
    answer
}

/// Number, type and subject of each item.
fn brief<'v>(items: &'v [Value]) -> Vec<(&'v str, &'v str, &'v str)> {
    let text = |value: &'v Value| value.as_str().unwrap_or_default();
    items.iter().map(|item| (text(&item["id"]), text(&item["type"]), text(&item["subject"]))).collect()
}

/// Captures two events, one of another EPC, and an error declaration of the first, and records master data.
async fn filled() -> Stack {
    let stack = Stack::start().await;
    let declaration = r#","errorDeclaration":{"declarationTime":"2026-01-02T00:00:00Z"}"#;
    for events in [vec![event(&id(1), ""), elsewhere(2)], vec![event(&id(1), declaration)]] {
        let job = stack.capture(document(&events).as_bytes()).await;
        assert_eq!(job.json()["success"], true, "{}", job.text());
    }
    record(&stack, LOCATION, &[element("urn:ex:dock", "Bonn", &[])]).await;
    stack
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_cloud_events_with_dense_numbers_and_evidence() {
    let stack = filled().await;
    let answer = page(&stack, "").await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(!answer.header("waymark-height").is_empty());
    let found = answer.json();
    assert_eq!((&found["newest"], &found["read_to"], &found["next_cursor"]), (&json!(5), &json!(5), &Value::Null));
    let items = found["items"].as_array().expect("items");
    let (first, second, tenant) = (id(1), id(2), stack.tenant.tenant.to_string());
    let expected = [
        ("1", REGISTERED, tenant.as_str()),
        ("2", CAPTURED, first.as_str()),
        ("3", CAPTURED, &second),
        ("4", DECLARED, &first),
        ("5", RECORDED, "urn:ex:dock"),
    ];
    assert_eq!(brief(items), expected);

    let item = &items[1];
    let chain = stack.gateway.node.chain_id();
    assert_eq!(item["specversion"], "1.0");
    assert_eq!(item["source"], format!("urn:waymark:{chain}:{}", stack.tenant.tenant));
    assert_eq!(item["datacontenttype"], "application/json");
    assert_eq!(item["sequence"], "00000000000000000002");
    assert_eq!(item["recordindex"], 0);
    let data = json!({
        "eventID": first, "eventType": "ObjectEvent", "eventTime": "2026-01-01T00:00:00.000Z", "action": "OBSERVE",
        "bizStep": null, "disposition": null, "readPoint": null, "bizLocation": null,
    });
    assert_eq!(item["data"], data);
    assert_eq!(items[0]["data"], json!({ "tenant": tenant }));
    assert_eq!(items[0]["evidence"], "/v1/events/1/evidence");
    for item in items {
        let evidence = stack.get(item["evidence"].as_str().expect("a path")).await;
        let report = verify(&evidence.body, None);
        assert!(matches!(report.verdict, Verdict::Verified), "{item}: {report:?}");
        let record = evidence.json()["record"]["header"]["height"].clone();
        let is_same =
            record.is_null() || record.to_string().trim_matches('"') == item["height"].as_str().expect("text");
        assert!(is_same || item["type"] == DECLARED, "{item}: {record}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_neither_skip_nor_repeat_and_filters_hold_on_each() {
    let stack = filled().await;
    let first = segment(&id(1));
    for (filter, expected) in [
        (String::new(), &["1", "2", "3", "4", "5"][..]),
        (format!("type={CAPTURED}"), &["2", "3"]),
        (format!("type={RECORDED},{CAPTURED}"), &["2", "3", "5"]),
        (format!("subject={first}"), &["2", "4"]),
        (format!("subject={}", segment(EPC)), &["2", "4"]),
        (format!("subject={}", segment("https://id.gs1.org/01/04012345111118/21/9876")), &["2", "4"]),
        (format!("subject={first}&type={DECLARED}"), &["4"]),
        (format!("subject={}", stack.tenant.tenant), &["1"]),
        ("subject=urn:ex:dock".to_owned(), &["5"]),
        (format!("subject=urn:ex:dock&type={CAPTURED}"), &[]),
        ("subject=urn:ex:nothing".to_owned(), &[]),
    ] {
        for limit in [1, 2, 3, 500] {
            let found = pages(&stack, &format!("/v1/events?limit={limit}&{filter}")).await;
            let numbers: Vec<_> = found.iter().map(|item| item["id"].as_str().expect("text")).collect();
            assert_eq!(numbers, expected, "{filter} by {limit}");
        }
        let later = page(&stack, &format!("?after=3&{filter}")).await.json();
        let numbers: Vec<_> = later["items"].as_array().expect("items").iter().map(|item| item["id"].clone()).collect();
        let expected: Vec<_> = expected.iter().filter(|number| **number > "3").collect();
        assert_eq!(json!(numbers), json!(expected), "{filter}");
        assert_eq!(later["read_to"], 5, "{filter}: where a reader continues");
    }
    // What comes later continues behind it.
    let job = stack.capture(document(&[event(&id(6), "")]).as_bytes()).await;
    assert_eq!(job.json()["success"], true, "{}", job.text());
    let later = page(&stack, "?after=5").await.json();
    assert_eq!(brief(later["items"].as_array().expect("items")), [("6", CAPTURED, id(6).as_str())]);
    assert_eq!(page(&stack, "?after=99").await.json()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn graphql_gives_the_page_of_rest() {
    let stack = filled().await;
    let fields =
        "specversion id source type subject time datacontenttype sequence shard height recordindex evidence data";
    for (rest, graphql) in [
        ("?limit=2", "(first: 2)".to_owned()),
        ("?after=2&limit=500", "(after: 2, first: 500)".to_owned()),
        (&format!("?type={DECLARED},{RECORDED}"), format!("(types: [\"{DECLARED}\", \"{RECORDED}\"])")),
        (&format!("?subject={}", segment(EPC)), format!("(subject: \"{EPC}\")")),
    ] {
        let mut expected = page(&stack, rest).await.json();
        for item in expected["items"].as_array_mut().expect("items") {
            // A member that REST omits is null.
            let subject = item.get("subject").cloned().unwrap_or_default();
            item["subject"] = subject;
        }
        let query = format!("{{ cloudEvents{graphql} {{ items {{ {fields} }} nextCursor readTo newest }} }}");
        let found = stack.graphql(&query).await["cloudEvents"].clone();
        for (rest, graphql) in
            [("items", "items"), ("next_cursor", "nextCursor"), ("read_to", "readTo"), ("newest", "newest")]
        {
            assert_eq!(found[graphql], expected[rest], "{query}");
        }
    }
    for (arguments, pointer) in [("first: 0", "/first"), ("types: [\"x\"]", "/types"), ("subject: \"\"", "/subject")] {
        let body = json!({ "query": format!("{{ cloudEvents({arguments}) {{ newest }} }}") }).to_string();
        let headers = [("content-type", "application/json")];
        let answer = stack.send(Method::POST, "/graphql", &headers, body.as_bytes()).await.json();
        let error = &answer["errors"][0]["extensions"];
        assert_eq!(error["code"], "request.invalid_parameter", "{answer}");
        assert_eq!(error["errors"][0]["pointer"], pointer, "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_parameter_is_refused_with_its_pointer() {
    let stack = Stack::start().await;
    let long = "x".repeat(SUBJECT_BYTES_MAX);
    assert_eq!(page(&stack, &format!("?subject={long}")).await.json()["items"], json!([]));
    for (query, pointer) in [
        ("limit=0", "/limit"),
        ("limit=501", "/limit"),
        ("limit=x", "/limit"),
        ("after=-1", "/after"),
        ("after=18446744073709551616", "/after"),
        ("after=x", "/after"),
        ("type=", "/type"),
        ("type=provenance.event_captured", "/type"),
        (&format!("type={CAPTURED},waymark.x.y"), "/type"),
        ("subject=", "/subject"),
        (&format!("subject={long}x"), "/subject"),
        ("cursor=1", "/cursor"),
    ] {
        let problem = stack.get(&format!("/v1/events?{query}")).await.problem(400, "request.invalid_parameter");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{query}: {problem}");
    }
    let at_most = stack.get("/v1/events?after=18446744073709551615").await;
    assert_eq!(at_most.status, StatusCode::OK, "{}", at_most.text());
}

/// The record of any event can be proved by its number, without what its document says.
#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_an_event_is_proved_by_its_number_and_stays_sealed() {
    let stack = filled().await;
    let items = page(&stack, "").await.json()["items"].clone();
    for item in items.as_array().expect("items") {
        let number = item["id"].as_str().expect("a number");
        let evidence = stack.get(&format!("/v1/events/{number}/evidence")).await;
        let report = verify(&evidence.body, None);
        assert!(matches!(report.verdict, Verdict::Verified), "{item}: {report:?}");
        let bundle: Bundle = serde_json::from_slice(&evidence.body).expect("a bundle");
        let heights: Vec<_> = bundle.certified_headers().map(|header| header.height.to_string()).collect();
        assert_eq!(json!(heights), json!([item["height"]]), "{number}: the block of the record");
        assert!(!evidence.text().contains("OBSERVE") && !evidence.text().contains("Bonn"), "{number}: stays sealed");
    }
    let other = stack.another_tenant().await;
    for (tenant, number, status, code) in [
        (&stack.tenant, "0", 404, "event.unknown"),
        (&stack.tenant, "6", 404, "event.unknown"),
        (&stack.tenant, "18446744073709551615", 404, "event.unknown"),
        (&other, "2", 404, "event.unknown"),
        (&stack.tenant, "x", 400, "request.invalid_parameter"),
    ] {
        let uri = format!("/v1/events/{number}/evidence");
        stack.send_as(Some(tenant), Method::GET, &uri, &[], b"").await.problem(status, code);
    }
    // A row that says something else than the block is found out.
    let mut owner = stack.database.owner().await;
    let change = format!("UPDATE index.event_run SET height = height - 1 WHERE tenant_id = '{}'", stack.tenant.tenant);
    owner.execute(AssertSqlSafe(change)).await.expect("rows");
    stack.get("/v1/events/5/evidence").await.problem(500, "ledger.index_mismatch");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenant_sees_none_of_them_and_the_scope_is_needed() {
    let stack = filled().await;
    let other = stack.another_tenant().await;
    let found = stack.send_as(Some(&other), Method::GET, "/v1/events", &[], b"").await.json();
    let items = found["items"].as_array().expect("items");
    assert_eq!(brief(items), [("1", REGISTERED, other.tenant.to_string().as_str())], "its own only");
    assert!(items[0]["source"].as_str().is_some_and(|source| source.ends_with(&other.tenant.to_string())), "{found}");
    for subject in [segment(&id(1)), segment(EPC), "urn:ex:dock".to_owned(), stack.tenant.tenant.to_string()] {
        let uri = format!("/v1/events?subject={subject}");
        let found = stack.send_as(Some(&other), Method::GET, &uri, &[], b"").await.json();
        assert_eq!(found, json!({ "items": [], "next_cursor": null, "read_to": 1, "newest": 1 }), "{uri}");
    }
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let narrow = world.key(&account, &["provenance:read"]).await;
    world.get("/v1/events", &narrow.secret).await.assert_problem(403, "auth.insufficient_scope");
    let wide = world.key(&account, &["event:read"]).await;
    assert_eq!(world.get("/v1/events", &wide.secret).await.status, StatusCode::OK);
}

/// The home shard of the stack's tenant.
fn home(stack: &Stack) -> ShardId {
    home_shard(stack.tenant.tenant.on_ledger(), 0, stack.gateway.node.shards())
}

/// Replaces the runs of the stack's tenant by others with these groups of `count` records.
async fn fill(stack: &Stack, runs: u32, spans: &str, count: u32) {
    let (tenant, home) = (stack.tenant.tenant, home(stack));
    let statements = format!(
        "DELETE FROM index.event_run WHERE tenant_id = '{tenant}';
         INSERT INTO index.event_run SELECT '{tenant}', (n - 1) * {count} + 1, {home}, n, 1, {count}, {spans}, ''
         FROM generate_series(1, {runs}) AS n"
    );
    // The indexer writes nothing of this tenant once its registration is there.
    while page(stack, "").await.json()["newest"] == 0 {}
    let mut owner = stack.database.owner().await;
    owner.execute(sqlx::raw_sql(AssertSqlSafe(statements))).await.expect("rows");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_events_ends_at_the_runs_that_were_examined_and_continues() {
    let stack = Stack::start().await;
    fill(&stack, RUNS_PER_PAGE_MAX + 1, r"'\x000000000000000103e9'", 1).await;
    let answer = page(&stack, &format!("?type={DECLARED}")).await;
    let (found, max) = (answer.json(), RUNS_PER_PAGE_MAX);
    assert_eq!((&found["items"], &found["read_to"]), (&json!([]), &json!(max)));
    assert_eq!(found["next_cursor"], max.to_string());
    assert_eq!(answer.header("link"), format!("</v1/events?type={DECLARED}&after={max}>; rel=\"next\""));
    let last = page(&stack, &format!("?type={DECLARED}&after={max}")).await.json();
    assert_eq!((&last["next_cursor"], &last["read_to"]), (&Value::Null, &json!(max + 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_events_ends_at_the_bytes_of_groups_that_were_examined() {
    let stack = Stack::start().await;
    // As many groups as a block can have: 20,000 records of alternating types.
    let spans = "(SELECT string_agg(int4send(g) || int4send(1) || int2send((1001 + g % 2)::int2), ''::bytea ORDER BY g)
          FROM generate_series(0, 19999) AS g)";
    fill(&stack, 10, spans, 20_000).await;
    let found = page(&stack, &format!("?type={RECORDED}")).await.json();
    let runs = SPAN_BYTES_PER_PAGE_MAX / 200_000;
    assert_eq!((&found["items"], &found["read_to"]), (&json!([]), &json!(runs * 20_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_events_ends_at_the_records_of_a_subject_that_were_examined() {
    let stack = Stack::start().await;
    let (tenant, home, records) = (stack.tenant.tenant, home(&stack), PLACES_PER_PAGE_MAX + 2);
    fill(&stack, 1, &format!("int4send(0) || int4send({records}) || int2send(1001::int2)"), records).await;
    let keys = stack.gateway.tenant_keys(tenant).await.map_err(|error| error.code().name).expect("keys");
    let subject = keys.subject.subject(tenant.on_ledger(), kind::EPC, &canonical_identifier(EPC));
    let subject = hex::encode(&subject.0.0[..16]);
    let streams = format!(
        "INSERT INTO index.provenance_stream SELECT '{tenant}', '{subject}', {home}, 1, n - 1, 1
         FROM generate_series(1, {records}) AS n"
    );
    stack.database.owner().await.execute(AssertSqlSafe(streams)).await.expect("rows");
    let asked = format!("subject={}&type={DECLARED}", segment(EPC));
    let found = page(&stack, &format!("?{asked}")).await.json();
    assert_eq!((&found["items"], &found["read_to"]), (&json!([]), &json!(PLACES_PER_PAGE_MAX)));
    let last = page(&stack, &format!("?{asked}&after={PLACES_PER_PAGE_MAX}")).await.json();
    assert_eq!((&last["items"], &last["read_to"], &last["next_cursor"]), (&json!([]), &json!(records), &Value::Null));
    let all = pages(&stack, &format!("/v1/events?limit=500&subject={}", segment(EPC))).await;
    assert_eq!(all.len(), usize::try_from(records).expect("small"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_has_no_long_text() {
    let stack = filled().await;
    let max = usize::try_from(SUMMARY_TEXT_BYTES_MAX).expect("small");
    for (bytes, is_there) in [(max, true), (max + 1, false)] {
        let text = "x".repeat(bytes);
        let change = format!("UPDATE index.provenance_event SET biz_step = '{text}', event_id = '{text}'");
        stack.database.owner().await.execute(AssertSqlSafe(change)).await.expect("rows");
        let found = page(&stack, &format!("?type={CAPTURED}&limit=1")).await.json();
        let item = &found["items"][0];
        let expected = if is_there { json!(text) } else { Value::Null };
        assert_eq!((&item["data"]["bizStep"], &item["data"]["eventID"]), (&expected, &expected), "{bytes}");
        assert_eq!(item.get("subject").is_some(), is_there, "absent, not null");
        assert_eq!(item["evidence"] == "/v1/events/2/evidence", !is_there, "{item}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_without_numbers_says_so() {
    let stack = filled().await;
    let mut owner = stack.database.owner().await;
    owner.execute("UPDATE index.cursor SET numbered = false").await.expect("the owner may run the statement");
    for path in ["/v1/events", "/v1/events/1/evidence"] {
        stack.get(path).await.problem(503, "event.not_numbered");
    }
}
