//! Paths and parameters that mean something to a file system, a database, a cache or a browser.

use super::Attack;
use crate::{
    context::{Context, STRANGER},
    document::lot,
    http::{Request, encode},
    load::{Flood, each, flood},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "path-traversal",
        "20 spellings of ../ and of absolute paths, below / and below /assets",
        "404 or 400, and never a file of the machine",
        |context| traversal(context).boxed(),
    ),
    Attack::new(
        "path-not-utf8",
        "bytes that are not UTF-8 in the path of every route with a parameter",
        "a problem with a code, not a text",
        |context| not_utf8(context).boxed(),
    ),
    Attack::new(
        "sql-in-parameters",
        "12 texts with SQL and pattern metacharacters in each text parameter",
        "no server error, and no event of another tenant",
        |context| sql(context).boxed(),
    ),
    Attack::new(
        "unicode-tricks",
        "identifiers in NFC and NFD, full-width digits, look-alike letters, zero-width marks",
        "an answer, or a problem with a code",
        |context| unicode(context).boxed(),
    ),
    Attack::new(
        "ranges-and-conditions",
        "1,000 ranges, reversed and overlapping ranges, weak and odd entity tags, dates of year 0",
        "an answer without a server error",
        |context| ranges(context).boxed(),
    ),
    Attack::new(
        "head-method-flood",
        "32 connections, 1,000 HEAD requests/s for the console, /openapi.json and /livez",
        "any answer without a server error",
        |context| head_flood(context).boxed(),
    ),
    Attack::new(
        "methods-on-every-path",
        "9 methods on 8 routes, and method overrides in headers",
        "no server error, and a problem where the method is not allowed",
        |context| methods(context).boxed(),
    ),
];

async fn traversal(context: Arc<Context>) -> anyhow::Result<Tally> {
    let ups =
        ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "%252e%252e%252f", "....//", "..;/", "%c0%ae%c0%ae/"];
    let (mut tally, mut client) = (Tally::default(), context.client());
    for up in ups {
        for base in ["/", "/assets/"] {
            let path = format!("{base}{}etc/passwd", up.repeat(8));
            let answer = client.send(&Request::get(&path)).await;
            tally.expect(&path, &answer, &Expected::Status(&[200, 400, 404]));
            if let Ok(answer) = answer {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                tally.check(!text.contains("root:"), || format!("{path}: a file of the machine"));
            }
        }
    }
    Ok(tally)
}

async fn not_utf8(context: Arc<Context>) -> anyhow::Result<Tally> {
    let routes = [
        "/epcis/events/@",
        "/epcis/capture/@",
        "/v1/operations/@",
        "/v1/provenance/events/@/evidence",
        "/v1/ledger/shards/@/blocks",
        "/v1/ledger/anchor?epoch=@",
        "/epcis/events?EQ_bizStep=@",
        "/v1/api-keys?cursor=@",
        "/v1/members?cursor=@",
        "/v1/operations?cursor=@",
        "/epcis/capture?nextPageToken=@",
        "/epcis/events?nextPageToken=@",
        "/v1/provenance/evidence?epc=@",
    ];
    let mut cases = Vec::new();
    for route in routes {
        for bytes in ["%FF", "%C0%80", "%ED%A0%80", "%F5%80%80%80", "a%80", "%", "%4", "%ZZ"] {
            let path = route.replace('@', bytes);
            cases.push((path.clone(), Request::get(path).bearer(&context.attacker.token), Expected::Typed));
        }
    }
    Ok(each(&mut context.client(), cases).await)
}

async fn sql(context: Arc<Context>) -> anyhow::Result<Tally> {
    let texts = [
        "'",
        "''; DROP TABLE index.provenance_event; --",
        "' OR '1'='1",
        "\\",
        "\\'",
        "%",
        "_",
        "$1",
        "${jndi:ldap://a}",
        "{{7*7}}",
        "1; SELECT pg_sleep(3)",
        "'||pg_sleep(3)||'",
    ];
    let parameters = [
        "eventType",
        "EQ_action",
        "EQ_bizStep",
        "EQ_disposition",
        "EQ_readPoint",
        "EQ_bizLocation",
        "EQ_eventID",
        "MATCH_epc",
        "MATCH_anyEPC",
        "MATCH_epcClass",
        "orderBy",
        "orderDirection",
        "perPage",
        "nextPageToken",
        "GE_eventTime",
    ];
    let (mut tally, mut client) = (Tally::default(), context.client());
    let foreign = context.neighbour_event.clone();
    for text in texts {
        let mut paths: Vec<_> =
            parameters.iter().map(|name| format!("/epcis/events?{name}={}", encode(text))).collect();
        paths.push(format!("/epcis/events/{}", encode(text)));
        paths.push(format!("/v1/operations/{}", encode(text)));
        for path in paths {
            let answer = client.send(&Request::get(&path).bearer(&context.attacker.token)).await;
            tally.expect(&path, &answer, &Expected::Typed);
            if let Ok(answer) = answer {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                tally.check(!text.contains(&foreign), || format!("{path}: another tenant's event"));
            }
        }
    }
    Ok(tally)
}

async fn unicode(context: Arc<Context>) -> anyhow::Result<Tally> {
    let ids = [
        "caf\u{e9}",
        "cafe\u{301}",
        "\u{ff10}\u{ff19}\u{ff15}",
        "\u{430}dmin",
        "a\u{200b}b",
        "a\u{feff}",
        "\u{202e}dcba",
        "\u{1f600}",
        "\u{0}",
        "\u{fffd}",
        "\u{10ffff}",
        "I\u{307}",
        "\u{df}",
    ];
    let mut cases = Vec::new();
    for id in ids {
        for path in ["/epcis/events/@", "/epcis/events?EQ_eventID=@", "/v1/provenance/evidence?epc=@"] {
            let path = path.replace('@', &encode(id));
            cases.push((path.clone(), Request::get(path).bearer(&context.attacker.token), Expected::Typed));
        }
        let class = lot(id);
        let path = format!("/epcis/events?MATCH_anyEPCClass={}", encode(class));
        cases.push((path.clone(), Request::get(path).bearer(&context.attacker.token), Expected::Typed));
    }
    Ok(each(&mut context.client(), cases).await)
}

async fn ranges(context: Arc<Context>) -> anyhow::Result<Tally> {
    let many: Vec<_> = (0..1_000).map(|number| format!("{number}-")).collect();
    let headers = [
        ("range", format!("bytes={}", many.join(","))),
        ("range", "bytes=9-1".to_owned()),
        ("range", "bytes=-99999999999999999999".to_owned()),
        ("range", "bytes=0-0,0-0,0-0,0-18446744073709551615".to_owned()),
        ("if-none-match", "*".to_owned()),
        ("if-none-match", "W/\"a\",".repeat(5_000)),
        ("if-match", "\"".to_owned()),
        ("if-modified-since", "Mon, 01 Jan 0000 00:00:00 GMT".to_owned()),
        ("if-range", "\"a\"".to_owned()),
        ("accept-encoding", "gzip;q=0,identity;q=0,*;q=0".to_owned()),
        ("accept-encoding", "gzip,".repeat(5_000)),
    ];
    let mut cases = Vec::new();
    for path in ["/", "/openapi.json", "/v1/tenant", "/epcis/events"] {
        for (name, value) in &headers {
            let request = Request::get(path).bearer(&context.attacker.token).header(name, value);
            let label = format!("{path} {name}: {}", value.chars().take(30).collect::<String>());
            cases.push((label, request, Expected::Any));
        }
    }
    Ok(each(&mut context.client(), cases).await)
}

async fn head_flood(context: Arc<Context>) -> anyhow::Result<Tally> {
    let load = Flood { connections: 32, per_second: 1_000, source: STRANGER };
    let make =
        |number| Request::new("HEAD", ["/", "/openapi.json", "/livez"][usize::try_from(number % 3).unwrap_or(0)]);
    Ok(flood(&context, load, Expected::Any, make).await)
}

async fn methods(context: Arc<Context>) -> anyhow::Result<Tally> {
    let routes =
        ["/livez", "/openapi.json", "/epcis/capture", "/epcis/events/x", "/v1/tenant", "/v1/api-keys", "/graphql", "/"];
    let mut cases = Vec::new();
    for route in routes {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
            let request = Request::new(method, route).bearer(&context.attacker.token);
            // The answer to HEAD has no body, and a form post to GraphQL may be refused without one.
            cases.push((format!("{method} {route}"), request, Expected::Any));
        }
        let request = Request::get(route).bearer(&context.attacker.token).header("x-http-method-override", "DELETE");
        cases.push((format!("override {route}"), request, Expected::Any));
    }
    Ok(each(&mut context.client(), cases).await)
}
