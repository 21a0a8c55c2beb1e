//! GraphQL documents that ask for more than they look like: repeated fields, aliases, introspection, directives, lists.

use super::{Attack, numbered};
use crate::{
    context::Context,
    http::Request,
    load::{Flood, each, flood},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use serde_json::json;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "graphql-field-repeated",
        "8 connections, 100 requests/s: `tenant{id}` 2,900 times in one document",
        "an error, or one tenant: fields that merge run once",
        |context| repeated(context).boxed(),
    ),
    Attack::new(
        "graphql-aliases",
        "8 connections, 100 requests/s: 1,000 aliases of one field, and 31 of a costly one",
        "an error",
        |context| aliases(context).boxed(),
    ),
    Attack::new(
        "graphql-costly-fields",
        "8 connections, 40 requests/s: 30 aliases of an identifier's events and evidence, pages of 1,000",
        "an error or data, within the limits",
        |context| costly(context).boxed(),
    ),
    Attack::new(
        "graphql-shapes",
        "24 documents: introspection in depth, 30,000 directives, deep lists, many operations, variables, comments",
        "an error or data, at once",
        |context| shapes(context).boxed(),
    ),
    Attack::new("graphql-batches", "bodies that are lists of 1 to 10,000 requests", "400 with a code", |context| {
        batches(context).boxed()
    }),
];

async fn flood_with(context: Arc<Context>, per_second: u32, query: String, expected: Expected) -> Tally {
    let load = Flood { connections: 8, per_second, source: context.attacker.source };
    let token = context.attacker.token.clone();
    flood(&context, load, expected, move |_| Request::graphql(&query).bearer(&token)).await
}

async fn repeated(context: Arc<Context>) -> anyhow::Result<Tally> {
    let query = format!("{{{}}}", "tenant{id}".repeat(2_900));
    Ok(flood_with(context, 100, query, Expected::Any).await)
}

async fn aliases(context: Arc<Context>) -> anyhow::Result<Tally> {
    let query = numbered(1_000, |number| format!("a{number}:tenant{{id}}"));
    Ok(flood_with(context, 100, format!("{{{query}}}"), Expected::Errors).await)
}

async fn costly(context: Arc<Context>) -> anyhow::Result<Tally> {
    let field = |number: usize| {
        let lot = crate::document::lot(&format!("L{number}"));
        format!("a{number}:identifier(epc:\"{lot}\"){{evidence events(first:100){{nodes{{document}}}}}}")
    };
    let query = numbered(30, field);
    Ok(flood_with(context, 40, format!("{{{query}}}"), Expected::Any).await)
}

async fn shapes(context: Arc<Context>) -> anyhow::Result<Tally> {
    let nested = |open: &str, close: &str, depth: usize| format!("{{{}id{}}}", open.repeat(depth), close.repeat(depth));
    let of_type = nested("ofType{", "}", 30);
    let selections: Vec<String> = vec![
        format!("{{__schema{{types{{fields{{type{of_type}}}}}}}}}"),
        format!("{{__type(name:\"Query\"){{fields{{args{{type{of_type}}}}}}}}}"),
        "{__schema{types{fields{type{fields{type{fields{type{fields{type{fields{name}}}}}}}}}}}}}".to_owned(),
        format!("{{{}}}", "__typename ".repeat(3_000)),
        format!("{{{}}}", "__schema{types{name}}".repeat(1_000)),
        format!("{{tenant{{id{}}}}}", "@skip(if:false)".repeat(1_900)),
        format!("{{tenant{{id{}}}}}", "@a".repeat(15_000)),
        format!("query{} {{tenant{{id}}}}", "@include(if:true)".repeat(1_700)),
        format!("{{tenant{{{}}}}}", "id@include(if:true) ".repeat(1_500)),
        nested("tenant{", "}", 3_000),
        nested("...on Query{", "}", 2_000),
        format!("{{event(id:{}1{}){{eventId}}}}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("{{events(filter:{}1{}){{nodes{{eventId}}}}}}", "{a:".repeat(8_000), "}".repeat(8_000)),
        format!("{{events(filter:{{EQ_eventID:[{}]}}){{nodes{{eventId}}}}}}", "\"a\",".repeat(7_000)),
        "query A{tenant{id}}".repeat(1_500),
        numbered(1_200, |number| format!("query A{number}{{tenant{{id}}}}")),
        format!("{{tenant{{id}}}}{}", "#\n".repeat(15_000)),
        format!("{}{{tenant{{id}}}}", ",".repeat(30_000)),
        format!("{{event(id:\"\"\"{}\"\"\"){{eventId}}}}", "\n ".repeat(15_000)),
        format!("{{event(id:\"{}\"){{eventId}}}}", "\\u0041".repeat(5_000)),
        format!("query({}){{tenant{{id}}}}", numbered(2_000, |n| format!("$a{n}:Int=1,"))),
        format!("query($a:{}String{}){{tenant{{id}}}}", "[".repeat(10_000), "]".repeat(10_000)),
        "subscription{tenant{id}}".to_owned(),
        "mutation{a}".to_owned(),
    ];
    let mut cases: Vec<_> = selections
        .into_iter()
        .map(|query| {
            let label = query.chars().take(50).collect();
            (label, Request::graphql(&query).bearer(&context.attacker.token), Expected::Any)
        })
        .collect();
    let deep = format!(
        "{{\"query\":\"query($a:[String!]){{tenant{{id}}}}\",\"variables\":{{\"a\":{}{}}}}}",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    let wide = json!({ "query": "query($a:String){tenant{id}}", "variables": { "a": vec!["x"; 10_000] } });
    let values: serde_json::Map<_, _> = (0..5_000).map(|n| (format!("v{n}"), json!(n))).collect();
    let unused = json!({ "query": "{tenant{id}}", "variables": values });
    for (label, body) in
        [("deep variables", deep), ("wide variables", wide.to_string()), ("unused variables", unused.to_string())]
    {
        cases.push((label.to_owned(), Request::post("/graphql", body).bearer(&context.attacker.token), Expected::Any));
    }
    Ok(each(&mut context.client(), cases.into_iter().collect()).await)
}

async fn batches(context: Arc<Context>) -> anyhow::Result<Tally> {
    let one = r#"{"query":"{tenant{id}}"}"#;
    let cases = [1, 2, 100, 2_000].map(|count| {
        let body = format!("[{}]", vec![one; count].join(","));
        let request = Request::post("/graphql", body).bearer(&context.attacker.token);
        (format!("{count} requests"), request, Expected::Refused)
    });
    Ok(each(&mut context.client(), cases.into_iter().collect()).await)
}
