//! Repeated requests: an Idempotency-Key gives one effect, and shows its answer to nobody else.

use super::Attack;
use crate::{
    context::Context,
    document::{document, event, item},
    http::{Answer, Request},
    tally::{Expected, Tally},
};
use anyhow::Context as _;
use futures::{FutureExt as _, future::join_all};
use serde_json::json;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "idempotency-replay-by-another-key",
        "a weaker key repeats the owner's request with the owner's Idempotency-Key, for creating and rotating a key",
        "no answer that contains the owner's secret",
        |context| replay(context).boxed(),
    ),
    Attack::new(
        "idempotency-other-headers",
        "the same key and body with another GS1-Capture-Error-Behaviour",
        "422 with the code idempotency.mismatch",
        |context| other_headers(context).boxed(),
    ),
    Attack::new(
        "idempotency-parallel",
        "100 captures with one key at once, 50 of them cut off after the body was sent",
        "one capture job",
        |context| parallel(context).boxed(),
    ),
    Attack::new(
        "idempotency-odd-keys",
        "empty, long, non-ASCII, repeated and control-character keys",
        "400 with a code",
        |context| odd(context).boxed(),
    ),
];

async fn new_key(context: &Context, scopes: &[&str]) -> anyhow::Result<(String, String)> {
    let body = json!({ "name": "k", "scopes": scopes }).to_string();
    let answer = context.send(Request::post("/v1/api-keys", body)).await?;
    let text = |name: &str| answer.json()[name].as_str().map(str::to_owned);
    text("id").zip(text("secret")).with_context(|| format!("a key: {} {}", answer.status, answer.code()))
}

async fn replay(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let (id, _) = new_key(&context, &["member:admin", "member:read"]).await?;
    let (_, weak) = new_key(&context, &["key:write"]).await?;
    let name = format!("rotate-{}", rand::random::<u64>());
    let requests = [
        Request::post(format!("/v1/api-keys/{id}/rotate"), r#"{"grace_s":0}"#),
        Request::post("/v1/api-keys", r#"{"name":"strong","scopes":["member:admin"]}"#),
    ];
    for (number, request) in requests.into_iter().enumerate() {
        let request = request.header("idempotency-key", &format!("{name}-{number}"));
        let owners = context.send(request.clone()).await?;
        let secret = owners.json()["secret"].as_str().map(str::to_owned);
        let secret = secret.with_context(|| format!("a secret: {} {}", owners.status, owners.code()))?;
        let again = context.send(request.clone()).await;
        let is_same = again.as_ref().is_ok_and(|answer| answer.body == owners.body);
        tally.check(is_same, || "the owner's own retry has another answer".to_owned());
        let replayed = context.client().send(&request.bearer(&weak)).await;
        tally.expect("a weaker key's replay", &replayed, &Expected::Refused);
        let shows = replayed.is_ok_and(|answer| String::from_utf8_lossy(&answer.body).contains(&secret));
        tally.check(!shows, || "a weaker key was shown the owner's secret".to_owned());
    }
    Ok(tally)
}

fn capture(number: u32) -> Request {
    let text = document("", &[event(&[item(number)], "")]);
    Request::post("/epcis/capture", text).header("idempotency-key", &format!("capture-{number}"))
}

async fn other_headers(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let number = rand::random();
    let with = |behaviour| capture(number).header("gs1-capture-error-behaviour", behaviour);
    tally.expect("rollback", &context.send(with("rollback")).await, &Expected::Status(&[200, 202]));
    tally.expect("rollback again", &context.send(with("rollback")).await, &Expected::Status(&[200, 202]));
    tally.expect("proceed", &context.send(with("proceed")).await, &Expected::Code("idempotency.mismatch"));
    Ok(tally)
}

async fn parallel(context: Arc<Context>) -> anyhow::Result<Tally> {
    let number: u32 = rand::random();
    let sends = (0..100).map(|turn| {
        let context = Arc::clone(&context);
        async move {
            let request = capture(number).bearer(&context.attacker.token);
            if turn % 2 == 0 {
                let mut connection =
                    crate::connection::Connection::open(context.server, context.attacker.source).await.ok()?;
                let _ = connection.write(&request.to_bytes(&context.server.to_string())).await;
                return None;
            }
            Some(context.client().send(&request).await)
        }
    });
    let mut tally = Tally::default();
    let mut places: Vec<String> = Vec::new();
    for answer in join_all(sends).await.into_iter().flatten() {
        tally.expect("a retry", &answer, &Expected::Status(&[200, 202, 409]));
        places.extend(answer.ok().and_then(|answer: Answer| answer.header("location").map(str::to_owned)));
    }
    places.sort();
    places.dedup();
    tally.check(places.len() == 1, || format!("{} capture jobs for one key", places.len()));
    Ok(tally)
}

async fn odd(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let long = "a".repeat(10_000);
    for key in ["", &long, "a b", "caf\u{e9}", "a\tb", "\u{202e}"] {
        let text = document("", &[event(&[item(1)], "")]);
        let request = Request::post("/epcis/capture", text).header("idempotency-key", key);
        tally.expect(&format!("{key:.20}"), &context.send(request).await, &Expected::Status(&[400]));
    }
    let twice = capture(1).header("idempotency-key", "another");
    tally.expect("two keys", &context.send(twice).await, &Expected::Status(&[400]));
    Ok(tally)
}
