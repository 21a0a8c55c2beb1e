//! Captures that are large, that are refused after much work, or whose refusal is large.

use super::{Attack, numbered};
use crate::{
    context::Context,
    document::{document, event, item},
    http::Request,
    load::{Flood, Hold, Then, each, flood, hold},
    tally::{Expected, Tally},
    tenant::Tenant,
};
use futures::FutureExt as _;
use serde_json::json;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "capture-one-byte-short",
        "60 connections, each with a capture of 8 MiB of which the last byte never comes",
        "a refusal or a closed connection at the limits of time or memory",
        |context| one_byte_short(context, 60).boxed(),
    ),
    Attack::new(
        "capture-one-byte-short-200",
        "the same with 200 connections: 1.6 GiB if all were kept",
        "a refusal or a closed connection at the limits of time or memory",
        |context| one_byte_short(context, 200).boxed(),
    )
    .long(),
    Attack::new(
        "capture-refused-many-names",
        "10 connections, 10 captures/s of 3 MB: 1,000 events of 250 names each under a context of 1,300 prefixes",
        "400, 413, 429 or a typed 503",
        |context| many_names(context).boxed(),
    ),
    Attack::new(
        "capture-refused-many-problems",
        "8 connections, 40 captures/s of 1 MB with a problem in every member",
        "a refusal with at most 100 problems and 64 KiB",
        |context| many_problems(context).boxed(),
    ),
    Attack::new(
        "capture-refused-long-values",
        "values of 200 KB in every kind of member, as numbers, URIs, times, words and units",
        "a refusal of at most 64 KiB",
        |context| long_values(context).boxed(),
    ),
    Attack::new(
        "capture-valid-full",
        "4 connections, 2 captures/s of 1,000 events each; the equal tenant sends as many on 1 connection",
        "202 or a typed 503",
        |context| full(context.attacker.clone(), context, 4, 2).boxed(),
    )
    .beside(|context| full(context.equal.clone(), context, 1, 2).boxed())
    .long(),
    Attack::new(
        "wrong-scopes-echoed",
        "64 KB of wrong scopes, long names and e-mail addresses",
        "a refusal of at most 64 KiB",
        |context| wrong_scopes(context).boxed(),
    ),
];

/// The maximum size of a refusal, in bytes.
const REFUSAL_BYTES_MAX: usize = 64 * 1_024;
const CAPTURE_BYTES: usize = 8 * 1_024 * 1_024;

async fn one_byte_short(context: Arc<Context>, connections: u32) -> anyhow::Result<Tally> {
    let text = document("", &[event(&[item(1)], "")]);
    let body = format!("{text}{}", " ".repeat(CAPTURE_BYTES - text.len()));
    let mut bytes = Request::post("/epcis/capture", body).bearer(&context.attacker.token).to_bytes("localhost");
    bytes.pop();
    let load = Hold { connections, addresses: 1, source: context.attacker.source, then: Then::Reopen };
    Ok(hold(&context, load, bytes).await)
}

async fn many_names(context: Arc<Context>) -> anyhow::Result<Tally> {
    // The first of many prefixes is found last by a search from the newest binding.
    let prefixes = numbered(1_300, |number| format!(r#","p{number}":"u:""#));
    let names = numbered(250, |number| format!(r#","a:n{number}":1"#));
    let one = |number: u32| event(&[item(number)], &format!(r#"{names},"unknown{number}":1"#));
    let text = document(&format!(r#",{{"a":"u:"{prefixes}}}"#), &(0..1_000).map(one).collect::<Vec<_>>());
    let load = Flood { connections: 10, per_second: 10, source: context.attacker.source };
    let token = context.attacker.token.clone();
    let make = move |_| Request::post("/epcis/capture", text.clone()).bearer(&token);
    Ok(flood(&context, load, Expected::Refused, make).await)
}

async fn many_problems(context: Arc<Context>) -> anyhow::Result<Tally> {
    let bad = concat!(
        r#"{"type":"Nothing","action":1,"eventTime":"never","eventTimeZoneOffset":"x","#,
        r#""epcList":[1,2,""],"a":1,"b:c":2}"#
    );
    let events = vec![bad.to_owned(); 990];
    let token = context.attacker.token.clone();
    let request = Request::post("/epcis/capture", document("", &events)).bearer(&token);
    let mut tally = Tally::default();
    check_size(&mut tally, "the refusal", &context.client().send(&request).await);
    let load = Flood { connections: 8, per_second: 40, source: context.attacker.source };
    Ok(tally.merge(flood(&context, load, Expected::Refused, move |_| request.clone()).await))
}

fn check_size(tally: &mut Tally, label: &str, answer: &anyhow::Result<crate::http::Answer>) {
    tally.expect(label, answer, &Expected::Refused);
    if let Ok(answer) = answer {
        let problems = answer.json()["errors"].as_array().map_or(0, Vec::len);
        tally.check(problems <= 100, || format!("{label}: {problems} problems"));
        tally.check(answer.length <= REFUSAL_BYTES_MAX, || format!("{label}: {} bytes of refusal", answer.length));
    }
}

async fn long_values(context: Arc<Context>) -> anyhow::Result<Tally> {
    let long = "9".repeat(200_000);
    let mut tally = Tally::default();
    for (label, more) in [
        ("a number", format!(r#","e:n":{long}"#)),
        ("a business step", format!(r#","bizStep":"{long}""#)),
        ("a read point", format!(r#","readPoint":{{"id":"urn:{long}"}}"#)),
        ("a time", format!(r#","recordTime":"{long}""#)),
        ("an event id", format!(r#","eventID":"urn:{long}""#)),
        ("an unknown name", format!(r#","{long}":1"#)),
        ("an unbound prefix", format!(r#","{long}:a":1"#)),
        ("a disposition", format!(r#","disposition":"{long}""#)),
        ("a sensor's unit", format!(r#","sensorElementList":[{{"sensorReport":[{{"uom":"{long}","value":1}}]}}]"#)),
        ("a deep extension", format!(r#","e:n":{}1{}"#, "[".repeat(100), "]".repeat(100))),
    ] {
        let text = document(r#",{"e":"https://e.example/"}"#, &[event(&[item(1)], &more)]);
        check_size(&mut tally, label, &context.send(Request::post("/epcis/capture", text)).await);
    }
    Ok(tally)
}

async fn full(tenant: Tenant, context: Arc<Context>, connections: u32, per_second: u32) -> anyhow::Result<Tally> {
    let token = tenant.token.clone();
    let run: u16 = rand::random();
    let make = move |number| {
        let one = |serial| event(&[item(format!("{run}-{number}-{serial}"))], "");
        let events: Vec<_> = (0..1_000).map(one).collect();
        Request::post("/epcis/capture", document("", &events)).bearer(&token)
    };
    let load = Flood { connections, per_second, source: tenant.source };
    Ok(flood(&context, load, Expected::Status(&[202, 503]), make).await)
}

async fn wrong_scopes(context: Arc<Context>) -> anyhow::Result<Tally> {
    let scopes: Vec<_> = (0..9_000).map(|number| format!("s{number}")).collect();
    let cases = [
        ("wrong scopes", "/v1/api-keys", json!({ "name": "a", "scopes": scopes })),
        ("one scope often", "/v1/api-keys", json!({ "name": "a", "scopes": vec!["tenant:read"; 4_000] })),
        ("empty scopes", "/v1/api-keys", json!({ "name": "a", "scopes": vec![""; 20_000] })),
        ("a long scope", "/v1/api-keys", json!({ "name": "a", "scopes": ["s".repeat(60_000)] })),
        ("a long name", "/v1/api-keys", json!({ "name": "n".repeat(60_000), "scopes": [] })),
        ("a long e-mail address", "/v1/members", json!({ "email": "e".repeat(60_000), "name": "a", "role": "viewer" })),
        ("a long role", "/v1/members", json!({ "email": "a@b.example", "name": "a", "role": "r".repeat(60_000) })),
        ("an unknown member", "/v1/members", json!({ "u".repeat(60_000): 1 })),
    ];
    let mut tally = Tally::default();
    for (label, path, body) in cases {
        let answer = context.send(Request::post(path, body.to_string())).await;
        tally.count(label, &answer);
        if let Ok(answer) = answer {
            tally.check(answer.length <= REFUSAL_BYTES_MAX, || format!("{label}: {} bytes of refusal", answer.length));
        }
    }
    let form = vec![("a wrong grant".to_owned(), Request::token("a", &"s".repeat(7_000)), Expected::Refused)];
    Ok(tally.merge(each(&mut context.client(), form).await))
}
