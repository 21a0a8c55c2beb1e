//! Queries whose cost is the product of two lists: patterns and identifiers.

use super::Attack;
use crate::{
    context::Context,
    document::{document, event},
    http::Request,
    load::{Flood, flood},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use serde_json::json;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "query-epc-patterns",
        "48 connections, 10 queries/s of 1,000 EPC patterns each, over 12 events of 990 EPCs",
        "events, or a refusal; the neighbour is served meanwhile",
        |context| patterns(context, "MATCH_anyEPC", 48, 10).boxed(),
    )
    .after(|context| store(context).boxed()),
    Attack::new(
        "query-epc-pattern-ranges",
        "24 connections, 10 queries/s of 1,000 patterns with ranges and wildcards, for each MATCH parameter in turn",
        "events, or a refusal; the neighbour is served meanwhile",
        |context| ranges(context).boxed(),
    )
    .after(|context| store(context).boxed()),
    Attack::new(
        "query-many-values",
        "24 connections, 20 queries/s of 1,000 values of 2,000 bytes in several parameters at once",
        "events, or a refusal",
        |context| values(context).boxed(),
    ),
    Attack::new(
        "query-ordered-pages",
        "24 connections, 100 queries/s without a condition, in each order, 1,000 events per page",
        "events, or a refusal",
        |context| ordered(context).boxed(),
    )
    .after(|context| store(context).boxed()),
];

/// Stores 12 events of 990 EPCs.
async fn store(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for number in 0..12 {
        let items: Vec<_> =
            (0..990).map(|serial| format!("urn:epc:id:sgtin:9506000.0134{number:02}.{serial}")).collect();
        let text = document("", &[event(&items, &format!(r#","eventID":"urn:x:patterns:{number}""#))]);
        let request = Request::post("/epcis/capture", text).header("prefer", "wait=10");
        tally.expect("storing", &context.send(request).await, &Expected::Status(&[200, 202]));
    }
    Ok(tally)
}

async fn patterns(
    context: Arc<Context>,
    parameter: &'static str,
    connections: u32,
    per_second: u32,
) -> anyhow::Result<Tally> {
    let values: Vec<_> =
        (0..1_000).map(|number| format!("urn:epc:idpat:sgtin:9506000.{:06}.*", 13_400 + number)).collect();
    let body = json!({ parameter: values }).to_string();
    let token = context.attacker.token.clone();
    let load = Flood { connections, per_second, source: context.attacker.source };
    let make = move |_| Request::post("/epcis/events", body.clone()).bearer(&token);
    Ok(flood(&context, load, Expected::Any, make).await)
}

async fn ranges(context: Arc<Context>) -> anyhow::Result<Tally> {
    let forms = [
        "urn:epc:idpat:sgtin:9506000.*.*",
        "urn:epc:idpat:sgtin:*.*.*",
        "urn:epc:idpat:sscc:*.*",
        "urn:epc:idpat:sgtin:9506000.013401.[1-999999]",
        "urn:epc:idpat:sgln:9506000.*.*",
    ];
    let parameters = [
        "MATCH_epc",
        "MATCH_anyEPC",
        "MATCH_parentID",
        "MATCH_inputEPC",
        "MATCH_outputEPC",
        "MATCH_epcClass",
        "MATCH_anyEPCClass",
    ];
    let bodies: Vec<_> = parameters
        .iter()
        .map(|parameter| {
            let values: Vec<_> = (0..1_000)
                .map(|number| format!("{}{}", forms[number % forms.len()], if number % 2 == 0 { "" } else { "*" }))
                .collect();
            json!({ *parameter: values }).to_string()
        })
        .collect();
    let token = context.attacker.token.clone();
    let load = Flood { connections: 24, per_second: 10, source: context.attacker.source };
    let make = move |number: u64| {
        let body = &bodies[usize::try_from(number).unwrap_or(0) % bodies.len()];
        Request::post("/epcis/events", body.clone()).bearer(&token)
    };
    Ok(flood(&context, load, Expected::Any, make).await)
}

async fn values(context: Arc<Context>) -> anyhow::Result<Tally> {
    let long = |prefix: &str| -> Vec<String> {
        (0..1_000).map(|number| format!("{prefix}{number}{}", "a".repeat(1_900))).collect()
    };
    let body = json!({ "EQ_eventID": long("urn:x:"), "EQ_bizStep": long("urn:s:"), "EQ_readPoint": long("urn:r:") });
    let (body, token) = (body.to_string(), context.attacker.token.clone());
    let load = Flood { connections: 24, per_second: 20, source: context.attacker.source };
    let make = move |_| Request::post("/epcis/events", body.clone()).bearer(&token);
    Ok(flood(&context, load, Expected::Any, make).await)
}

async fn ordered(context: Arc<Context>) -> anyhow::Result<Tally> {
    let token = context.attacker.token.clone();
    let load = Flood { connections: 24, per_second: 100, source: context.attacker.source };
    let make = move |number: u64| {
        let (by, direction) = (
            ["eventTime", "recordTime"][usize::from(number.is_multiple_of(2))],
            ["ASC", "DESC"][usize::from(number % 4 < 2)],
        );
        let path = format!(
            "/epcis/events?orderBy={by}&orderDirection={direction}&perPage=1000&GE_eventTime=2000-01-01T00:00:00Z"
        );
        Request::get(path).bearer(&token)
    };
    Ok(flood(&context, load, Expected::Any, make).await)
}
