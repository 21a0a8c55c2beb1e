//! Requests that wait on purpose: for a height of the index, for an outcome, for a block.

use super::Attack;
use crate::{
    connection::Client,
    context::{Context, STRANGER},
    document::{document, event, item},
    http::Request,
    load::{Flood, each, flood},
    tally::{Expected, Tally},
    tenant::Tenant,
};
use anyhow::Context as _;
use futures::FutureExt as _;
use std::{sync::Arc, time::Instant};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "wait-for-a-height-far-ahead",
        "one request for height 9,999,999,999, then 1,100 connections, 600 requests/s with such heights",
        "a refusal within a second; the neighbour is served meanwhile",
        |context| far_height(context).boxed(),
    ),
    Attack::new(
        "wait-for-the-next-heights",
        "600 connections, 400 requests/s for heights 1 to 40 beyond the newest",
        "an answer, 429 or a typed 503; the neighbour is served meanwhile",
        |context| next_heights(context).boxed(),
    )
    .long(),
    Attack::new(
        "wait-for-outcomes",
        "600 connections, 300 requests/s with Prefer: wait=60: captures, and an operation that is final; the equal tenant \
         sends as many on 16 connections and waits at most 1 s",
        "200, 202, 404, 429 or a typed 503; the neighbour is served meanwhile",
        |context| outcomes(context.attacker.clone(), context, 600, "wait=60").boxed(),
    )
    .beside(|context| outcomes(context.equal.clone(), context, 16, "wait=1").boxed()),
    Attack::new(
        "wait-headers-odd",
        "odd, long and repeated Prefer and Waymark-Min-Height headers",
        "an answer, or 400 with a code",
        |context| odd(context).boxed(),
    ),
    Attack::new(
        "wait-for-blocks-without-a-token",
        "64 connections, 400 requests/s for blocks of the follow stream, without and with a wrong token",
        "401",
        |context| blocks(context).boxed(),
    ),
];

const HEIGHT: &str = "waymark-min-height";

async fn far_height(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, begun) = (Tally::default(), Instant::now());
    let get = Request::get("/epcis/events?perPage=1").bearer(&context.attacker.token);
    let answer = context.client().send(&get.clone().header(HEIGHT, "0=9999999999")).await;
    tally.expect("a height far ahead", &answer, &Expected::Refused);
    let took = begun.elapsed().as_secs_f64();
    tally.check(took < 1.0, || format!("the refusal took {took:.1} s"));
    let load = Flood { connections: 1_100, per_second: 600, source: context.attacker.source };
    let make = move |number: u64| get.clone().header(HEIGHT, &format!("{}={}", number % 2, 9_999_999_999 - number));
    // A server may close connections above its number for one address.
    Ok(tally.merge(flood(&context, load, Expected::RefusedOrClosed, make).await))
}

async fn next_heights(context: Arc<Context>) -> anyhow::Result<Tally> {
    let status = context.send(Request::get("/v1/ledger/status")).await?.json();
    let height = status.pointer("/shards/0/height").and_then(serde_json::Value::as_u64).context("a height")?;
    let get = Request::get("/epcis/events?perPage=1").bearer(&context.attacker.token);
    let load = Flood { connections: 600, per_second: 400, source: context.attacker.source };
    let make = move |number: u64| get.clone().header(HEIGHT, &format!("0={}", height + 1 + number % 40));
    Ok(flood(&context, load, Expected::Status(&[200, 400, 503]), make).await)
}

/// Requests of a tenant that wait for an outcome, 300 a second.
async fn outcomes(
    tenant: Tenant,
    context: Arc<Context>,
    connections: u32,
    prefer: &'static str,
) -> anyhow::Result<Tally> {
    let get = Request::get("/v1/operations?limit=1").bearer(&tenant.token);
    let operations = Client::new(context.server, tenant.source).send(&get).await?.json();
    let final_one = operations.pointer("/items/0/id").and_then(serde_json::Value::as_str).unwrap_or("op_0").to_owned();
    let token = tenant.token.clone();
    let run: u16 = rand::random();
    let load = Flood { connections, per_second: 300, source: tenant.source };
    let make = move |number: u64| {
        let request = if number.is_multiple_of(2) {
            let text = document("", &[event(&[item(format!("{run}-w{number}"))], "")]);
            Request::post("/epcis/capture", text)
        } else {
            Request::get(format!("/v1/operations/{final_one}"))
        };
        request.header("prefer", prefer).bearer(&token)
    };
    Ok(flood(&context, load, Expected::Status(&[200, 202, 404, 503]), make).await)
}

async fn odd(context: Arc<Context>) -> anyhow::Result<Tally> {
    let long = "0=1,".repeat(5_000);
    let heights = [
        "",
        "0",
        "=",
        "0=",
        "0=-1",
        "0=18446744073709551616",
        "0=1,0=2,0=3",
        "65536=1",
        "0=1;1=2",
        "caf\u{e9}=1",
        &long,
    ];
    let waits =
        ["wait", "wait=", "wait=-1", "wait=18446744073709551616", "wait=1e9", "wait=0", "a=b;wait=9", "\"", ",,,,"];
    let get = || Request::get("/epcis/events?perPage=1").bearer(&context.attacker.token);
    let heights = heights.map(|value| (format!("height {value:.20}"), get().header(HEIGHT, value), Expected::Typed));
    let waits = waits.map(|value| {
        let request = Request::get("/v1/operations/op_0").bearer(&context.attacker.token);
        (format!("prefer {value:.20}"), request.header("prefer", value), Expected::Typed)
    });
    let twice = get().header(HEIGHT, "0=1").header(HEIGHT, "1=1");
    let twice = [("two heights".to_owned(), twice, Expected::Typed)];
    Ok(each(&mut context.client(), heights.into_iter().chain(waits).chain(twice).collect()).await)
}

async fn blocks(context: Arc<Context>) -> anyhow::Result<Tally> {
    let load = Flood { connections: 64, per_second: 400, source: STRANGER };
    let make = |number: u64| {
        let request = Request::get(format!("/v1/ledger/shards/{}/blocks?from=0&max=256&wait=30", number % 2));
        if number.is_multiple_of(3) { request } else { request.bearer(&format!("{number:064}")) }
    };
    Ok(flood(&context, load, Expected::Status(&[401, 503]), make).await)
}
