//! Pages of events whose contexts bind many prefixes. A page is one document, so its contexts are merged.

use super::Attack;
use crate::{
    context::Context,
    document::{CONTEXT, lot_event},
    http::{Request, encode},
    load::{Flood, flood},
    tally::{Expected, Tally},
};
use anyhow::ensure;
use futures::FutureExt as _;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "contexts-many-prefixes",
        "3 connections, 6 pages/s of 50 events, each event with up to 1,340 prefixes of its own (16 KB of context)",
        "a page, a smaller page, or a refusal",
        |context| pages(context, "MANY-PREFIXES").boxed(),
    )
    .after(|context| store(context, "MANY-PREFIXES", distinct).boxed()),
    Attack::new(
        "contexts-conflicting-prefixes",
        "the same with 1,000 equal prefixes that each event binds to other namespaces",
        "a page, a smaller page, or a refusal",
        |context| pages(context, "CONFLICTING-PREFIXES").boxed(),
    )
    .after(|context| store(context, "CONFLICTING-PREFIXES", conflicting).boxed())
    .long(),
];

const EVENTS: usize = 50;

/// Prefixes that no other event binds.
fn distinct(number: usize) -> String {
    (0..1_300).map(|prefix| format!("\"{number:x}p{prefix:x}\":\"a\"")).collect::<Vec<_>>().join(",")
}

/// Prefixes that all events bind, each to its own namespace.
fn conflicting(number: usize) -> String {
    (0..1_000).map(|prefix| format!("\"p{prefix:x}\":\"a:{number:x}\"")).collect::<Vec<_>>().join(",")
}

async fn store(context: Arc<Context>, name: &'static str, prefixes: fn(usize) -> String) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let mut client = context.client();
    for number in 0..EVENTS {
        let lot = crate::document::lot(name);
        let text = lot_event(&lot, &format!(r#","eventID":"urn:x:{name}:{number}""#));
        let body = format!(r#"{{"@context":["{CONTEXT}",{{{}}}],{}"#, prefixes(number), &text[1..]);
        ensure!(body.len() < 200_000, "the event is too large");
        let request = Request::post("/epcis/events", body).header("prefer", "wait=10");
        let answer = client.send(&request.bearer(&context.attacker.token)).await;
        // A refusal because of the number of prefixes is right, too; the pages then have fewer events.
        tally.expect("storing", &answer, &Expected::Status(&[200, 201, 202, 400, 409, 413]));
    }
    Ok(tally)
}

async fn pages(context: Arc<Context>, name: &'static str) -> anyhow::Result<Tally> {
    let lot = encode(crate::document::lot(name));
    let token = context.attacker.token.clone();
    let load = Flood { connections: 3, per_second: 6, source: context.attacker.source };
    let make = move |_| Request::get(format!("/epcis/events?MATCH_anyEPCClass={lot}&perPage={EVENTS}")).bearer(&token);
    Ok(flood(&context, load, Expected::Any, make).await)
}
