//! Tests that an error makes null what the schema says, with a schema whose fields fail on request.

use super::*;
use async_graphql::{EmptyMutation, EmptySubscription, Object, Result, Schema, parser::parse_query};
use serde_json::{Value, json};

struct Query;
struct Thing;

#[Object]
impl Query {
    async fn sure(&self) -> Thing {
        Thing
    }
    async fn maybe(&self) -> Option<Thing> {
        Some(Thing)
    }
    async fn list(&self) -> Vec<Option<Thing>> {
        vec![Some(Thing), Some(Thing)]
    }
    async fn sure_list(&self) -> Option<Vec<Thing>> {
        Some(vec![Thing, Thing])
    }
}

#[Object]
impl Thing {
    async fn name(&self) -> &str {
        "x"
    }
    async fn fails(&self) -> Result<i32> {
        Err("no".into())
    }
    async fn may_fail(&self) -> Result<Option<i32>> {
        Err("no".into())
    }
    async fn sure(&self) -> Thing {
        Thing
    }
    async fn maybe(&self) -> Option<Thing> {
        Some(Thing)
    }
}

async fn data(query: &str) -> Value {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let shape = Shape::new(&schema.sdl(), &[]);
    let mut response = schema.execute(query).await;
    assert!(!response.errors.is_empty(), "{query}");
    complete(&mut response, &parse_query(query).expect(query), None, &shape);
    response.data.into_json().expect("JSON")
}

#[tokio::test]
async fn the_nearest_value_that_may_be_null_becomes_null() {
    for (query, expected) in [
        ("{ sure { name fails } }", json!(null)),
        ("{ maybe { name fails } sure { name } }", json!({ "maybe": null, "sure": { "name": "x" } })),
        ("{ maybe { name mayFail } }", json!({ "maybe": { "name": "x", "mayFail": null } })),
        ("{ maybe { mayFail } }", json!({ "maybe": { "mayFail": null } })),
        ("{ sure { mayFail } }", json!({ "sure": { "mayFail": null } })),
        ("{ maybe { sure { sure { fails } } } sure { name } }", json!({ "maybe": null, "sure": { "name": "x" } })),
        ("{ maybe { maybe { sure { fails } } name } }", json!({ "maybe": { "maybe": null, "name": "x" } })),
        ("{ list { name fails } }", json!({ "list": [null, null] })),
        ("{ sureList { name fails } sure { name } }", json!({ "sureList": null, "sure": { "name": "x" } })),
        ("{ maybe { mayFail fails } }", json!({ "maybe": null })),
        ("{ maybe { a: fails } other: maybe { name } }", json!({ "maybe": null, "other": { "name": "x" } })),
        ("{ ...F } fragment F on Query { maybe { ... { fails } name } }", json!({ "maybe": null })),
        ("{ maybe { name } maybe { sure { fails } } }", json!({ "maybe": null })),
    ] {
        assert_eq!(data(query).await, expected, "{query}");
    }
}
