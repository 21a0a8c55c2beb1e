//! JSON that is not JSON, or that is made to be costly. A parser must refuse each in one pass.

use super::Attack;
use crate::{
    context::Context,
    document::{document, event, item},
    http::Request,
    load::each,
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "json-bombs",
        "22 bodies to capture, events, keys and GraphQL: depth 4,000,000, 100,000 members, repeated names, digits",
        "400, 413 or 415 with a code",
        |context| bombs(context).boxed(),
    ),
    Attack::new(
        "duplicate-keys-in-events",
        "a member twice in an event, as text, by escapes, and deep in an extension",
        "400 with a code",
        |context| duplicates(context).boxed(),
    ),
];

async fn bombs(context: Arc<Context>) -> anyhow::Result<Tally> {
    let members: Vec<_> = (0..100_000).map(|number| format!("\"k{number}\":0")).collect();
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("null", b"null".to_vec()),
        ("a number", b"1".to_vec()),
        ("a list", b"[]".to_vec()),
        ("depth of lists", b"[".repeat(4_000_000)),
        ("depth of objects", b"{\"a\":".repeat(1_000_000)),
        ("closed depth", [b"[".repeat(1_000_000), b"]".repeat(1_000_000)].concat()),
        ("closing brackets", b"]".repeat(1_000_000)),
        ("many members", format!("{{{}}}", members.join(",")).into_bytes()),
        ("the same member", format!("{{{}}}", vec!["\"query\":\"\""; 50_000].join(",")).into_bytes()),
        ("the same member by escape", br#"{"name":"a","\u006eame":"b","scopes":[]}"#.to_vec()),
        ("digits", [b"{\"a\":".to_vec(), b"9".repeat(1_000_000), b"}".to_vec()].concat()),
        ("an exponent", br#"{"a":1e999999999999}"#.to_vec()),
        ("NaN", br#"{"a":NaN}"#.to_vec()),
        ("infinity", br#"{"a":-Infinity}"#.to_vec()),
        ("a lone surrogate", br#"{"name":"\ud800"}"#.to_vec()),
        ("a reversed pair", br#"{"name":"\udc00\ud800"}"#.to_vec()),
        ("UTF-16", "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("not UTF-8", b"{\"name\":\"\xff\xfe\"}".to_vec()),
        ("spaces", b" ".repeat(6_000_000)),
        ("a raw control", b"{\"name\":\"a\x00b\"}".to_vec()),
        ("two values", b"{} {}".to_vec()),
    ];
    let mut cases = Vec::new();
    for path in ["/epcis/capture", "/epcis/events", "/v1/api-keys", "/graphql"] {
        for (label, body) in &bodies {
            let request = Request::post(path, body.clone()).bearer(&context.attacker.token);
            cases.push((format!("{path} {label}"), request, Expected::Refused));
        }
    }
    Ok(each(&mut context.client(), cases.into_iter().collect()).await)
}

async fn duplicates(context: Arc<Context>) -> anyhow::Result<Tally> {
    let cases = [
        ("type", r#","type":"ObjectEvent""#),
        ("an escaped name", r#","\u0074ype":"AggregationEvent""#),
        ("action", r#","action":"ADD""#),
        ("in a member", r#","readPoint":{"id":"urn:x:1","id":"urn:x:2"}"#),
        ("in an extension", r#","e:a":{"b":{"c":1,"c":2}}"#),
        ("an escaped extension", r#","e:a":1,"\u0065:a":2"#),
    ];
    let cases = cases.into_iter().map(|(label, more)| {
        let text = document(r#",{"e":"https://e.example/"}"#, &[event(&[item(1)], more)]);
        let request = Request::post("/epcis/capture", text).bearer(&context.attacker.token);
        (label.to_owned(), request, Expected::Refused)
    });
    Ok(each(&mut context.client(), cases.into_iter().collect()).await)
}
