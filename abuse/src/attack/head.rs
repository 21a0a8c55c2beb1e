//! Heads that are large: long targets, many lines, long lines.

use super::Attack;
use crate::{
    context::{Context, STRANGER},
    http::Request,
    load::{Flood, each, flood},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "head-above-the-limit",
        "heads of 70 KB to 4 MB: one cookie, one authorization, one target, 101 and 20,000 lines",
        "a refusal (4xx) or a closed connection",
        |context| above(context).boxed(),
    ),
    Attack::new(
        "head-below-the-limit",
        "60 KB of cookie, 90 lines, 50 query parameters of 1 KB, repeated headers",
        "an answer, or a problem with a code",
        |context| below(context).boxed(),
    ),
    Attack::new(
        "head-flood",
        "32 connections, 500 requests/s with 60 KB of head each",
        "any answer without a server error",
        |context| fill(context).boxed(),
    ),
    Attack::new(
        "query-parameters-many",
        "one target with 2,000 parameters, known and unknown, and one known parameter 2,000 times",
        "400 or 414 with a code",
        |context| parameters(context).boxed(),
    ),
];

async fn above(context: Arc<Context>) -> anyhow::Result<Tally> {
    let get = || Request::get("/livez");
    let many = |count: usize| (0..count).fold(get(), |request, number| request.header(&format!("x-{number}"), "1"));
    let cases = vec![
        ("a cookie of 70 KB", get().header("cookie", &"a".repeat(70_000))),
        ("a cookie of 100 KB", get().header("cookie", &"a".repeat(100_000))),
        ("a cookie of 200 KB", get().header("cookie", &"a".repeat(200_000))),
        ("a cookie of 4 MB", get().header("cookie", &"a".repeat(4_000_000))),
        ("an authorization of 200 KB", Request::get("/v1/tenant").bearer(&"a".repeat(200_000))),
        ("a target of 200 KB", Request::get(format!("/livez?{}", "a".repeat(200_000)))),
        ("101 lines", many(101)),
        ("20,000 lines", many(20_000)),
        ("a long name", get().header(&"x".repeat(70_000), "1")),
    ];
    let mut tally = Tally::default();
    for (label, request) in cases {
        let answer = context.send_as_stranger(request).await;
        tally.expect(label, &answer, &Expected::RefusedOrClosed);
    }
    Ok(tally)
}

async fn below(context: Arc<Context>) -> anyhow::Result<Tally> {
    let get = || Request::get("/v1/tenant").bearer(&context.attacker.token);
    let many = (0..90).fold(get(), |request, number| request.header(&format!("x-{number}"), "1"));
    let long: Vec<_> = (0..50).map(|number| format!("p{number}={}", "a".repeat(1_000))).collect();
    let accept = format!("application/json{}", ",a/b;q=0.1".repeat(5_000));
    let cases = vec![
        ("a cookie of 60 KB", get().header("cookie", &"a".repeat(60_000)), Expected::Typed),
        ("90 lines", many, Expected::Typed),
        ("50 long parameters", Request::get(format!("/v1/operations?{}", long.join("&"))), Expected::Typed),
        ("two authorizations", get().bearer(&context.attacker.token), Expected::Typed),
        ("two lengths that agree", get().header("content-length", "0"), Expected::Typed),
        ("5,000 media types", get().header("accept", &accept), Expected::Typed),
        ("a broken traceparent", get().header("traceparent", &"0".repeat(5_000)), Expected::Typed),
        ("a long tracestate", get().header("tracestate", &"a=b,".repeat(5_000)), Expected::Typed),
        ("a long language", get().header("accept-language", &"en,".repeat(5_000)), Expected::Typed),
        ("a header that is not ASCII", get().header("x-name", "caf\u{e9} \u{202e}"), Expected::Typed),
    ];
    let cases = cases.into_iter().map(|(label, request, expected)| (label.to_owned(), request, expected));
    Ok(each(&mut context.client(), cases.into_iter().collect()).await)
}

async fn fill(context: Arc<Context>) -> anyhow::Result<Tally> {
    let load = Flood { connections: 32, per_second: 500, source: STRANGER };
    let cookie = "a".repeat(60_000);
    Ok(flood(&context, load, Expected::Any, move |_| Request::get("/livez").header("cookie", &cookie)).await)
}

async fn parameters(context: Arc<Context>) -> anyhow::Result<Tally> {
    let get = |query: String| Request::get(format!("/epcis/events?{query}")).bearer(&context.attacker.token);
    let unknown: Vec<_> = (0..2_000).map(|number| format!("p{number}=1")).collect();
    let cases = vec![
        ("2,000 unknown parameters", get(unknown.join("&"))),
        ("one parameter 2,000 times", get(vec!["eventType=ObjectEvent"; 2_000].join("&"))),
        ("perPage 2,000 times", get(vec!["perPage=1"; 2_000].join("&"))),
        ("2,000 empty parameters", get("&".repeat(2_000) + "x=")),
    ];
    let cases = cases.into_iter().map(|(label, request)| (label.to_owned(), request, Expected::Typed));
    Ok(each(&mut context.client(), cases.into_iter().collect()).await)
}
