//! Answers whose size the client chooses: pages of large events, and lists of operations with many commands.

use super::Attack;
use crate::{
    context::Context,
    document::{document, item, lot_event},
    http::{Request, encode},
    load::{Flood, Hold, Then, flood, hold},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "pages-of-large-events",
        "8 connections, 16 pages/s of 250 events of 240 KB each, read slowly",
        "a page within the limit of bytes, or a refusal",
        |context| large(context).boxed(),
    )
    .after(|context| store_large(context).boxed())
    .long(),
    Attack::new(
        "pages-of-large-events-unread",
        "48 connections that ask for such a page and never read it",
        "memory within the limit",
        |context| large_unread(context).boxed(),
    )
    .after(|context| store_large(context).boxed())
    .long(),
    Attack::new(
        "operations-of-many-commands",
        "8 connections, 16 lists/s of 500 operations of 1,000 commands each, as far as stored",
        "a list within the limit of bytes, or a refusal",
        |context| operations(context).boxed(),
    )
    .after(|context| store_operations(context).boxed())
    .long(),
];

const LOT: &str = "LARGE";

/// Stores 250 events of 240 KB.
async fn store_large(context: Arc<Context>) -> anyhow::Result<Tally> {
    store_captures(context, 10).await
}

/// Stores captures of 25 events of 240 KB each.
pub(super) async fn store_captures(context: Arc<Context>, captures: u32) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let (mut client, lot) = (context.client(), crate::document::lot(LOT));
    for number in 0..captures {
        let events: Vec<_> = (0..25)
            .map(|part| {
                let note = "large event ".repeat(20_000);
                lot_event(&lot, &format!(r#","eventID":"urn:x:large:{number}:{part}","e:note":"{note}""#))
            })
            .collect();
        let text = document(r#",{"e":"https://e.example/"}"#, &events);
        let request = Request::post("/epcis/capture", text).header("prefer", "wait=30").bearer(&context.attacker.token);
        tally.expect("storing", &client.send(&request).await, &Expected::Status(&[200, 202]));
    }
    Ok(tally)
}

pub(super) fn page_request(context: &Context) -> Request {
    let lot = encode(crate::document::lot(LOT));
    Request::get(format!("/epcis/events?MATCH_anyEPCClass={lot}&perPage=250")).bearer(&context.attacker.token)
}

async fn large(context: Arc<Context>) -> anyhow::Result<Tally> {
    let request = page_request(&context);
    let load = Flood { connections: 8, per_second: 16, source: context.attacker.source };
    Ok(flood(&context, load, Expected::Any, move |_| request.clone()).await)
}

async fn large_unread(context: Arc<Context>) -> anyhow::Result<Tally> {
    let bytes = page_request(&context).to_bytes("localhost");
    let load = Hold { connections: 48, addresses: 1, source: context.attacker.source, then: Then::NeverRead };
    Ok(hold(&context, load, bytes).await)
}

async fn store_operations(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, mut client) = (Tally::default(), context.client());
    let run: u16 = rand::random();
    for number in 0..8 {
        let one = |serial| crate::document::event(&[item(format!("{run}-o{number}-{serial}"))], "");
        let events: Vec<_> = (0..1_000).map(one).collect();
        let request = Request::post("/epcis/capture", document("", &events)).header("prefer", "wait=30");
        let answer = client.send(&request.bearer(&context.attacker.token)).await;
        tally.expect("storing", &answer, &Expected::Status(&[200, 202]));
    }
    Ok(tally)
}

async fn operations(context: Arc<Context>) -> anyhow::Result<Tally> {
    let token = context.attacker.token.clone();
    let load = Flood { connections: 8, per_second: 16, source: context.attacker.source };
    let make = move |number: u64| {
        let path = if number.is_multiple_of(2) { "/v1/operations?limit=500" } else { "/epcis/capture?perPage=500" };
        Request::get(path).bearer(&token)
    };
    Ok(flood(&context, load, Expected::Any, make).await)
}
