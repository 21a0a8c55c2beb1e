//! Clients that are slow, silent, or leave in the middle.

use super::Attack;
use crate::{
    context::{Context, STRANGER},
    document::{document, event, item},
    http::Request,
    load::{Hold, Then, hold},
    tally::Tally,
};
use futures::FutureExt as _;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "slow-token-bodies",
        "1,100 connections of a stranger that send the head of a token request and one byte of its body",
        "the neighbour is served meanwhile",
        |context| stranger(context, "/oauth/token").boxed(),
    ),
    Attack::new(
        "slow-sandbox-bodies",
        "the same for POST /v1/sandboxes",
        "the neighbour is served meanwhile",
        |context| stranger(context, "/v1/sandboxes").boxed(),
    )
    .long(),
    Attack::new(
        "slow-capture-bodies-of-a-stranger",
        "the same for POST /epcis/capture without credentials",
        "the neighbour is served meanwhile",
        |context| stranger(context, "/epcis/capture").boxed(),
    )
    .long(),
    Attack::new(
        "slow-graphql-bodies-of-a-stranger",
        "the same for POST /graphql with a token that is not valid",
        "the neighbour is served meanwhile",
        |context| stranger(context, "/graphql").boxed(),
    )
    .long(),
    Attack::new(
        "slow-capture-bodies-of-a-tenant",
        "1,100 connections of a tenant that send the head of a capture and one byte of its body",
        "the neighbour is served meanwhile",
        |context| tenant(context, Then::Reopen).boxed(),
    ),
    Attack::new(
        "slow-capture-bodies-trickled",
        "1,100 connections of a tenant that send one byte of a capture per second",
        "the neighbour is served meanwhile",
        |context| tenant(context, Then::Trickle).boxed(),
    )
    .long(),
    Attack::new(
        "slow-bodies-from-64-addresses",
        "1,280 connections of strangers from 64 addresses, with one byte of a token request",
        "the neighbour is served meanwhile",
        |context| many_addresses(context).boxed(),
    )
    .long(),
    Attack::new(
        "expect-continue-never-continued",
        "1,100 connections that announce a body with Expect: 100-continue and never send it",
        "the neighbour is served meanwhile",
        |context| expect(context).boxed(),
    ),
    Attack::new(
        "slow-heads",
        "1,500 connections that send half a head",
        "the neighbour is served meanwhile",
        |context| bytes(context, 1_500, Then::Reopen, b"GET /v1/tenant HTTP/1.1\r\nhost: a\r\nx-a: ".to_vec()).boxed(),
    ),
    Attack::new(
        "slow-heads-trickled",
        "1,500 connections that send one byte of a head per second",
        "the neighbour is served meanwhile",
        |context| bytes(context, 1_500, Then::Trickle, b"GET /v1/tenant HTTP/1.1\r\nhost: a\r\nx-a: ".to_vec()).boxed(),
    )
    .long(),
    Attack::new(
        "idle-connections",
        "4,300 connections of a stranger that send nothing",
        "the neighbour and /livez are served meanwhile",
        |context| bytes(context, 4_300, Then::Reopen, Vec::new()).boxed(),
    ),
    Attack::new(
        "endless-chunks",
        "32 connections that send a capture as chunks, 16 MiB each",
        "413 or a closed connection",
        |context| chunks(context).boxed(),
    ),
];

async fn bytes(context: Arc<Context>, connections: u32, then: Then, bytes: Vec<u8>) -> anyhow::Result<Tally> {
    Ok(hold(&context, Hold { connections, addresses: 1, source: STRANGER, then }, bytes).await)
}

fn head(path: &str, more: &str) -> Vec<u8> {
    let kind = if path == "/oauth/token" { "application/x-www-form-urlencoded" } else { "application/json" };
    format!("POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: {kind}\r\ncontent-length: 500\r\n{more}\r\n").into_bytes()
}

async fn stranger(context: Arc<Context>, path: &'static str) -> anyhow::Result<Tally> {
    let more = if path == "/graphql" { "authorization: Bearer a.b.c\r\n" } else { "" };
    bytes(context, 1_100, Then::Reopen, [head(path, more), b"g".to_vec()].concat()).await
}

async fn many_addresses(context: Arc<Context>) -> anyhow::Result<Tally> {
    let load = Hold { connections: 1_280, addresses: 64, source: STRANGER, then: Then::Reopen };
    Ok(hold(&context, load, [head("/oauth/token", ""), b"g".to_vec()].concat()).await)
}

async fn tenant(context: Arc<Context>, then: Then) -> anyhow::Result<Tally> {
    let authorization = format!("authorization: Bearer {}\r\n", context.attacker.token);
    let bytes = [head("/epcis/capture", &authorization), b"{".to_vec()].concat();
    Ok(hold(&context, Hold { connections: 1_100, addresses: 1, source: context.attacker.source, then }, bytes).await)
}

async fn expect(context: Arc<Context>) -> anyhow::Result<Tally> {
    let authorization = format!("authorization: Bearer {}\r\nexpect: 100-continue\r\n", context.attacker.token);
    let load = Hold { connections: 1_100, addresses: 1, source: context.attacker.source, then: Then::Reopen };
    Ok(hold(&context, load, head("/epcis/capture", &authorization)).await)
}

async fn chunks(context: Arc<Context>) -> anyhow::Result<Tally> {
    let text = document("", &[event(&[item(1)], "")]);
    let plain = Request::post("/epcis/capture", text).bearer(&context.attacker.token).to_bytes("localhost");
    let plain = String::from_utf8_lossy(&plain).into_owned();
    let head = plain.split("content-length").next().unwrap_or_default().to_owned();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x1_0000));
    let bytes =
        [format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes(), chunk.repeat(256).into_bytes()].concat();
    let load = Hold { connections: 32, addresses: 1, source: context.attacker.source, then: Then::Reopen };
    Ok(hold(&context, load, bytes).await)
}
