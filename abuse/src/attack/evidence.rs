//! Evidence that is costly to make: absence proofs, long streams, many disclosed fields.

use super::{Attack, numbered};
use crate::{
    context::Context,
    document::{document, item, lot_event},
    http::{Request, encode},
    load::{Flood, flood},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "evidence-of-absent-ids",
        "64 connections, 1,500 requests/s for the evidence of identifiers that have no event",
        "200, 404, 429 or a typed 503; the neighbour's captures stay fast",
        |context| absent(context).boxed(),
    ),
    Attack::new(
        "evidence-of-a-long-stream",
        "4 connections, 8 requests/s for the evidence of a lot with 900 events",
        "a bundle, or a refusal",
        |context| long_stream(context).boxed(),
    )
    .after(|context| store(context).boxed()),
    Attack::new(
        "evidence-of-large-records",
        "8 connections, 8 requests/s for the evidence of a lot with 150 events of 200 KB",
        "a bundle within the limit of bytes, or a refusal",
        |context| large_records(context).boxed(),
    )
    .after(|context| store_large(context).boxed())
    .long(),
    Attack::new(
        "evidence-of-many-fields",
        "16 connections, 100 requests/s for a record of 4,000 fields: all, 300 of them, and unknown ones",
        "a bundle, or a refusal",
        |context| many_fields(context).boxed(),
    )
    .after(|context| store_fields(context).boxed()),
];

async fn absent(context: Arc<Context>) -> anyhow::Result<Tally> {
    let token = context.attacker.token.clone();
    let load = Flood { connections: 64, per_second: 1_500, source: context.attacker.source };
    let make = move |number: u64| {
        let id = encode(item(format!("absent{number}")));
        Request::get(format!("/v1/provenance/evidence?epc={id}")).bearer(&token)
    };
    Ok(flood(&context, load, Expected::Status(&[200, 404, 503]), make).await)
}

async fn store(context: Arc<Context>) -> anyhow::Result<Tally> {
    let lot = crate::document::lot("LONG-STREAM");
    let one = |number| lot_event(&lot, &format!(r#","eventID":"urn:x:stream:{number}""#));
    let events: Vec<_> = (0..900).map(one).collect();
    let request = Request::post("/epcis/capture", document("", &events)).header("prefer", "wait=30");
    let mut tally = Tally::default();
    tally.expect("storing", &context.send(request).await, &Expected::Status(&[200, 202]));
    Ok(tally)
}

async fn of_lot(context: Arc<Context>, name: &str, connections: u32) -> Tally {
    let lot = encode(crate::document::lot(name));
    let token = context.attacker.token.clone();
    let load = Flood { connections, per_second: 8, source: context.attacker.source };
    let make = move |_| Request::get(format!("/v1/provenance/evidence?epc={lot}")).bearer(&token);
    flood(&context, load, Expected::Any, make).await
}

async fn long_stream(context: Arc<Context>) -> anyhow::Result<Tally> {
    Ok(of_lot(context, "LONG-STREAM", 4).await)
}

async fn store_large(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, mut client) = (Tally::default(), context.client());
    let lot = crate::document::lot("LARGE-STREAM");
    for number in 0..5 {
        let one = |part: u32| {
            let note = "large record".repeat(16_000);
            lot_event(&lot, &format!(r#","eventID":"urn:x:record:{number}:{part}","e:note":"{note}""#))
        };
        let events: Vec<_> = (0..30).map(one).collect();
        let text = document(r#",{"e":"https://e.example/"}"#, &events);
        let request = Request::post("/epcis/capture", text).header("prefer", "wait=30").bearer(&context.attacker.token);
        tally.expect("storing", &client.send(&request).await, &Expected::Status(&[200, 202]));
    }
    Ok(tally)
}

async fn large_records(context: Arc<Context>) -> anyhow::Result<Tally> {
    Ok(of_lot(context, "LARGE-STREAM", 8).await)
}

const FIELDS_ID: &str = "urn:x:many-fields";

async fn store_fields(context: Arc<Context>) -> anyhow::Result<Tally> {
    let fields = numbered(4_000, |number| format!(r#","e:f{number}":{number}"#));
    let text = lot_event(&crate::document::lot("FIELDS"), &format!(r#","eventID":"{FIELDS_ID}"{fields}"#));
    let request = Request::post("/epcis/capture", document(r#",{"e":"https://e.example/"}"#, &[text]));
    let mut tally = Tally::default();
    let answer = context.send(request.header("prefer", "wait=30")).await;
    tally.expect("storing", &answer, &Expected::Status(&[200, 202]));
    Ok(tally)
}

async fn many_fields(context: Arc<Context>) -> anyhow::Result<Tally> {
    let chosen: Vec<_> = (0..300).map(|number| format!("/event/e:f{number}")).collect();
    let token = context.attacker.token.clone();
    let load = Flood { connections: 16, per_second: 100, source: context.attacker.source };
    let make = move |number: u64| {
        let fields = match number % 3 {
            0 => String::new(),
            1 => format!("?fields={}", encode(chosen.join(","))),
            _ => format!("?fields={}", encode("/a".repeat(2_000))),
        };
        Request::get(format!("/v1/provenance/events/{}/evidence{fields}", encode(FIELDS_ID))).bearer(&token)
    };
    Ok(flood(&context, load, Expected::Any, make).await)
}
