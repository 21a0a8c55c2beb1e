//! Clients that ask and never read. The server must not keep answers, connections or memory for them.

use super::Attack;
use crate::{
    context::{Context, OBSERVER, STRANGER},
    document::{document, event, item},
    http::Request,
    load::{Hold, Then, hold},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "unread-pipelines",
        "4,300 connections of a stranger, each with 20 requests for /openapi.json, never read",
        "the neighbour and /livez are served meanwhile",
        |context| pipelines(context, 4_300, 1).boxed(),
    ),
    Attack::new(
        "unread-pipelines-from-32-addresses",
        "the same with 3,200 connections from 32 addresses",
        "the neighbour and /livez are served meanwhile",
        |context| pipelines(context, 3_200, 32).boxed(),
    )
    .long(),
    Attack::new(
        "unread-assets",
        "600 connections that ask for the console's largest file and never read it",
        "memory within the limit",
        |context| assets(context).boxed(),
    ),
    Attack::new(
        "unread-answers-of-a-tenant",
        "1,100 connections of a tenant that pipeline 50 queries each and never read",
        "the neighbour is served meanwhile",
        |context| queries(context).boxed(),
    )
    .long(),
    Attack::new(
        "unread-block-stream",
        "96 connections of a follower that ask for 256 blocks of each shard, 16 MiB at most, and never read",
        "memory within the limit; the neighbour is served meanwhile",
        |context| block_stream(context).boxed(),
    )
    .after(|context| store_blocks(context).boxed())
    .long(),
];

async fn pipelines(context: Arc<Context>, connections: u32, addresses: u8) -> anyhow::Result<Tally> {
    let bytes = Request::get("/openapi.json").to_bytes("localhost").repeat(20);
    Ok(hold(&context, Hold { connections, addresses, source: STRANGER, then: Then::NeverRead }, bytes).await)
}

/// The largest script that the console's first page names, or the description of the API when there is no console.
async fn largest_asset(context: &Context) -> anyhow::Result<String> {
    let mut open = vec!["/".to_owned()];
    let (mut seen, mut best) = (Vec::new(), ("/openapi.json".to_owned(), 0));
    while let Some(path) = open.pop().filter(|_| seen.len() < 60) {
        if seen.contains(&path) {
            continue;
        }
        let answer = context.send_as_stranger(Request::get(&path)).await?;
        if answer.status == 200 && answer.length > best.1 {
            best = (path.clone(), answer.length);
        }
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let named = text.split(['"', '\'', '`', '(', ')']).filter(|part| is_script(part));
        open.extend(named.filter_map(|part| Some(format!("/assets/{}", part.rsplit('/').next()?))));
        seen.push(path);
    }
    Ok(best.0)
}

/// Whether a word of a page is the name of a script.
fn is_script(word: &str) -> bool {
    word.len() < 100 && word.rsplit_once('.').is_some_and(|(_, extension)| extension == "js")
}

async fn assets(context: Arc<Context>) -> anyhow::Result<Tally> {
    let bytes = Request::get(largest_asset(&context).await?).to_bytes("localhost");
    let load = Hold { connections: 600, addresses: 1, source: STRANGER, then: Then::NeverRead };
    Ok(hold(&context, load, bytes).await)
}

async fn queries(context: Arc<Context>) -> anyhow::Result<Tally> {
    let bytes =
        Request::get("/epcis/events?perPage=1000").bearer(&context.attacker.token).to_bytes("localhost").repeat(50);
    let load = Hold { connections: 1_100, addresses: 1, source: context.attacker.source, then: Then::NeverRead };
    Ok(hold(&context, load, bytes).await)
}

/// Fills blocks with 20 events of 200 KB.
async fn store_blocks(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, mut client) = (Tally::default(), context.client());
    let run: u16 = rand::random();
    for number in 0..4 {
        let note = "block".repeat(40_000);
        let one = |part| event(&[item(format!("{run}-{number}-{part}"))], &format!(r#","e:note":"{note}""#));
        let events: Vec<_> = (0..5).map(one).collect();
        let text = document(r#",{"e":"https://e.example/"}"#, &events);
        let request = Request::post("/epcis/capture", text).header("prefer", "wait=30");
        let answer = client.send(&request.bearer(&context.attacker.token)).await;
        tally.expect("storing", &answer, &Expected::Status(&[200, 202]));
    }
    Ok(tally)
}

async fn block_stream(context: Arc<Context>) -> anyhow::Result<Tally> {
    let ask = |shard: u8| {
        let path = format!("/v1/ledger/shards/{shard}/blocks?from=1&max=256");
        Request::get(path).bearer(&context.follow_token).to_bytes("localhost")
    };
    let bytes = [ask(0), ask(1)].concat();
    let load = Hold { connections: 96, addresses: 1, source: OBSERVER, then: Then::NeverRead };
    Ok(hold(&context, load, bytes).await)
}
