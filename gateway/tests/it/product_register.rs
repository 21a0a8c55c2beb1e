//! Registering products: a product is listed once it is final, by REST and GraphQL alike. A wrong request is refused
//! with pointers to its faults, and a tenant sees its own products only.

use crate::stack::{Answer, Stack};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const WAITING: [(&str, &str); 2] = [("content-type", "application/json"), ("prefer", "wait=20")];

async fn register(stack: &Stack, body: &Value) -> Answer {
    stack.send(Method::POST, "/v1/products", &WAITING, body.to_string().as_bytes()).await
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("a list").iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registered_product_is_listed_by_rest_and_graphql() {
    let stack = Stack::start().await;
    let answer = register(&stack, &json!({ "id": "p1", "name": "Lettuce" })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let operation = answer.json();
    assert_eq!((&operation["kind"], &operation["status"]), (&"product.register".into(), &"final".into()));
    assert_eq!(operation["commands"][0]["outcome"], "applied");
    assert_eq!(stack.get(answer.header("location")).await.json()["id"], operation["id"]);

    let answer = stack.get("/v1/products").await;
    assert!(answer.header("waymark-height").contains('='), "{}", answer.header("waymark-height"));
    let page = answer.json();
    let item = &page["items"][0];
    assert_eq!((&item["id"], &item["name"]), (&"p1".into(), &"Lettuce".into()));
    assert_eq!((&item["height"], &item["shard"]), (&operation["height"], &operation["shard"]));
    let nodes =
        stack.graphql("{ products { nodes { id name registeredAt height } } }").await["products"]["nodes"].clone();
    let expected =
        json!([{ "id": "p1", "name": "Lettuce", "registeredAt": item["registered_at"], "height": item["height"] }]);
    assert_eq!(nodes, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn products_are_listed_in_pages_newest_first() {
    let stack = Stack::start().await;
    for id in ["p1", "p2", "p3"] {
        assert_eq!(register(&stack, &json!({ "id": id })).await.status, StatusCode::OK);
    }
    let first = stack.get("/v1/products?limit=2").await;
    assert!(first.header("link").contains("rel=\"next\""));
    let first = first.json();
    assert_eq!(ids(&first), ["p3", "p2"]);
    let cursor = first["next_cursor"].as_str().expect("a second page");
    let second = stack.get(&format!("/v1/products?limit=2&cursor={cursor}")).await.json();
    assert_eq!((ids(&second), &second["next_cursor"]), (vec!["p1"], &Value::Null));
    assert_eq!(second["items"][0]["name"], Value::Null);
    let query =
        format!(r#"{{ products(first: 2, after: "{cursor}") {{ nodes {{ id }} pageInfo {{ hasNextPage }} }} }}"#);
    let found = stack.graphql(&query).await;
    assert_eq!(found["products"], json!({ "nodes": [{ "id": "p1" }], "pageInfo": { "hasNextPage": false } }));
    stack.get("/v1/products?cursor=x").await.problem(400, "request.invalid_cursor");
    stack.get("/v1/products?limit=0").await.problem(400, "request.invalid_parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_request_is_refused_with_pointers_and_stores_nothing() {
    let stack = Stack::start().await;
    let long = "n".repeat(201);
    for (body, pointers) in [
        (json!({ "id": "", "name": long }), vec!["/id", "/name"]),
        (json!({ "id": "a\u{0}" }), vec!["/id"]),
        (json!({ "id": 7 }), vec!["/id"]),
        (json!({ "id": "p1", "name": [] }), vec!["/name"]),
        (json!({ "id": "p1", "weight": 1 }), vec!["/weight"]),
        (json!({ "name": "Lettuce" }), vec![""]),
    ] {
        let problem = register(&stack, &body).await.problem(400, "request.invalid_field");
        let errors = problem["errors"].as_array().expect("a list").iter();
        assert_eq!(errors.map(|error| error["pointer"].as_str().expect("a pointer")).collect::<Vec<_>>(), pointers);
    }
    for (media_type, status, code) in
        [("application/json", 400, "request.malformed_json"), ("text/plain", 415, "request.unsupported_media_type")]
    {
        stack.send(Method::POST, "/v1/products", &[("content-type", media_type)], b"{").await.problem(status, code);
    }
    assert_eq!(ids(&stack.get("/v1/products").await.json()), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_keeps_its_first_content() {
    let stack = Stack::start().await;
    let body = json!({ "id": "p1", "name": "Lettuce" });
    assert_eq!(register(&stack, &body).await.status, StatusCode::OK);
    let again = register(&stack, &body).await;
    assert_eq!((again.status, again.json()["commands"][0]["outcome"].as_str()), (StatusCode::OK, Some("repeated")));
    let problem =
        register(&stack, &json!({ "id": "p1", "name": "Radish" })).await.problem(409, "product.product_exists");
    assert_eq!(problem["errors"][0]["pointer"], "/id");
    let page = stack.get("/v1/products").await.json();
    assert_eq!((ids(&page), &page["items"][0]["name"]), (vec!["p1"], &"Lettuce".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenant_sees_nothing_and_may_have_the_same_id() {
    let stack = Stack::start().await;
    let other = stack.another_tenant().await;
    assert_eq!(register(&stack, &json!({ "id": "p1", "name": "Ours" })).await.status, StatusCode::OK);
    let theirs = stack.send_as(Some(&other), Method::GET, "/v1/products", &[], b"").await.json();
    assert_eq!(ids(&theirs), [""; 0]);
    let body = json!({ "id": "p1", "name": "Theirs" }).to_string();
    let answer = stack.send_as(Some(&other), Method::POST, "/v1/products", &WAITING, body.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let theirs = stack.send_as(Some(&other), Method::GET, "/v1/products", &[], b"").await.json();
    assert_eq!(theirs["items"][0]["name"], "Theirs");
    assert_eq!(stack.get("/v1/products").await.json()["items"][0]["name"], "Ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_with_the_same_key_is_the_same_operation() {
    let stack = Stack::start().await;
    let keyed = [("content-type", "application/json"), ("idempotency-key", "k1")];
    let post = |body: Value| {
        let (stack, body) = (&stack, body.to_string());
        async move { stack.send(Method::POST, "/v1/products", &keyed, body.as_bytes()).await }
    };
    let first = post(json!({ "id": "p1" })).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (StatusCode::ACCEPTED, ""));
    let again = post(json!({ "id": "p1" })).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json()["id"], first.json()["id"]);
    assert_eq!(again.header("location"), first.header("location"));
    post(json!({ "id": "p2" })).await.problem(422, "idempotency.mismatch");
    let decided = stack.send(Method::GET, first.header("location"), &[("prefer", "wait=20")], b"").await.json();
    assert_eq!(decided["status"], "final", "{decided}");
    assert_eq!(ids(&stack.get("/v1/products").await.json()), ["p1"]);
}
