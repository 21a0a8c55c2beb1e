//! Tests that GraphQL checks scopes, limits documents and reports their cost.

use crate::harness::{Account, Answer, World};
use gateway::{
    auth::credential::Mode,
    budget::Sharer,
    graphql::limit::{ALIASES_MAX, PREPARE_MS_MAX, QUERY_BYTES_MAX},
};
use http::StatusCode;
use serde_json::json;
use std::time::{Duration, Instant};

async fn query(world: &World, account: &Account, text: &str) -> Answer {
    world.post("/graphql", &account.secret, &json!({ "query": text })).await
}

#[tokio::test]
async fn a_query_reports_its_cost_and_a_missing_scope_its_code() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let answer = query(&world, &account, "{ tenant { name mode } }").await.json();
    assert_eq!(answer["data"]["tenant"], json!({ "name": "Farm", "mode": "test" }), "{answer}");
    assert_eq!(answer["extensions"]["cost"], json!({ "complexity": 3, "depth": 2 }));
    let narrow = world.key(&account, &["member:read"]).await;
    let answer = query(&world, &narrow, "{ tenant { name } }").await.json();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "auth.insufficient_scope", "{answer}");
    let schema = query(&world, &account, "{ __schema { queryType { name } } }").await.json();
    assert_eq!(schema["data"]["__schema"]["queryType"]["name"], "Query", "introspection needs credentials only");
    world
        .post("/graphql", "", &json!({ "query": "{ tenant { name } }" }))
        .await
        .assert_problem(401, "auth.unauthenticated");
}

#[tokio::test]
async fn a_document_above_a_limit_does_not_run() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let aliases = |count: usize| {
        let fields: Vec<_> = (0..count).map(|n| format!("a{n}: __typename")).collect();
        format!("{{ {} }}", fields.join(" "))
    };
    assert_eq!(query(&world, &account, &aliases(ALIASES_MAX)).await.status, StatusCode::OK);
    query(&world, &account, &aliases(ALIASES_MAX + 1)).await.assert_problem(400, "graphql.too_complex");
    let long = format!("{{ tenant {{ name }} }}{}", " ".repeat(QUERY_BYTES_MAX));
    query(&world, &account, &long).await.assert_problem(400, "graphql.too_complex");

    let deep = format!(
        "{{ __schema {{ types {{ fields {{ type {{ {} name {} }} }} }} }} }}",
        "ofType { ".repeat(12),
        "}".repeat(12)
    );
    let answer = query(&world, &account, &deep).await.json();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "graphql.too_complex", "{answer}");
    assert!(answer["data"].is_null());

    let directives = format!("{{ tenant {{ name {} }} }}", "@include(if: true) ".repeat(6));
    let answer = query(&world, &account, &directives).await.json();
    assert!(answer["data"].is_null() && answer["errors"][0]["message"].is_string(), "{answer}");
}

#[tokio::test]
async fn one_request_carries_one_document() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let one = json!({ "query": "{ tenant { name } }" });
    world.post("/graphql", &account.secret, &json!([one, one])).await.assert_problem(400, "request.invalid_field");
    world
        .get("/graphql?query=%7Btenant%7Bname%7D%7D", &account.secret)
        .await
        .assert_problem(426, "request.upgrade_required");
}

#[tokio::test]
async fn a_document_that_gets_no_processor_in_time_does_not_run() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let count = u32::try_from(std::thread::available_parallelism().expect("known").get()).expect("few");
    let own = Sharer::tenant(account.tenant, Mode::Test);
    let held = world.gateway.budgets.processors.acquire(own, count).await.expect("one per processor");
    let begun = Instant::now();
    query(&world, &account, "{ tenant { name } }").await.assert_problem(503, "request.timed_out");
    let limit = Duration::from_millis(PREPARE_MS_MAX);
    assert!((limit..limit * 3).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    drop(held);
    assert_eq!(query(&world, &account, "{ tenant { name } }").await.status, StatusCode::OK);
}
